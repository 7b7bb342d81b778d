function Get-FettleHypervisorGuest {
    <#
    .SYNOPSIS
    Lists the virtual machines that run on the host.
    #>
    [CmdletBinding()]
    param()

    $guests = @()
    if (Get-Service -Name 'vmms' -ErrorAction SilentlyContinue) {
        $guests = @(Hyper-V\Get-VM | Where-Object -FilterScript { "$($_.State)" -eq 'Running' } | ForEach-Object -Process { $_.Name })
    }
    @{ guests = $guests }
}
