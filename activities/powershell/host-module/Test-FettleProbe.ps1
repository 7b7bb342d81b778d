function Test-FettleProbe {
    <#
    .SYNOPSIS
    Runs one health probe on the host.
    .DESCRIPTION
    A probe that fails is a result. Nothing but the probe itself can throw here, so whatever it throws is its failure.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [object] $Probe
    )

    $name = "$($Probe.kind) $($Probe.name)$($Probe.port)$($Probe.url)$($Probe.instance)"
    $ok = $false
    try {
        switch ($Probe.kind) {
            'service' {
                $state = "$((Get-Service -Name ([WildcardPattern]::Escape($Probe.name))).Status)"
                $ok = $state -eq 'Running'
                $detail = $state
            }
            'tcp' {
                $ok = Test-TcpPort -Port $Probe.port
                $detail = if ($ok) { 'accepts connections' } else { 'accepts no connection' }
            }
            'http' {
                $status = Get-HttpStatus -Url $Probe.url
                $ok = $status -eq [int] $Probe.expectStatus
                $detail = "status $status"
            }
            'sql-login' {
                $ok = @(Invoke-SqlRead -Instance $Probe.instance -Query 'SELECT 1 AS one').Count -eq 1
                $detail = 'login works'
            }
            default { $detail = 'unknown kind of probe' }
        }
    }
    catch {
        $ok = $false
        $detail = $_.Exception.GetBaseException().Message
    }
    @{ probe = $name; ok = $ok; detail = $detail }
}
