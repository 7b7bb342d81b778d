function Start-FettleService {
    <#
    .SYNOPSIS
    Starts a service and waits until it runs.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [string] $Name
    )

    if ($PSCmdlet.ShouldProcess($script:HostName, 'Start the service')) {
        Invoke-PlantVerb -Verb 'Start-FettleService' -Body @{ name = $Name }
    }
}
