function Start-FettleService {
    <#
    .SYNOPSIS
    Starts a service and waits until it runs.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [string] $Name
    )

    $service = Get-Service -Name ([WildcardPattern]::Escape($Name))
    if ($service.Status -ne 'Running' -and $PSCmdlet.ShouldProcess($Name, 'Start the service')) {
        try {
            # Not by Start-Service: it waits without end for a service that stays in StartPending.
            if ($service.Status -eq 'Stopped') { $service.Start() }
            $service.WaitForStatus('Running', [timespan]::FromSeconds(90))
        }
        catch {
            throw (New-FailureRecord -Id 'FettleServiceDown' -Message "The service $Name does not start: $($_.Exception.Message)")
        }
    }
    ConvertTo-ServiceFact -Service (Get-CimInstance -ClassName Win32_Service | Where-Object -FilterScript { $_.Name -eq $Name })
}
