function Start-FettleUpdateTask {
    <#
    .SYNOPSIS
    Starts the detached task that installs updates.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [string] $TaskName,
        [Parameter(Mandatory)] [string] $Key,
        [Parameter(Mandatory)] [object[]] $Updates,
        [Parameter(Mandatory)] [int] $TimeLimitMinutes
    )

    if ($PSCmdlet.ShouldProcess($script:HostName, 'Install updates')) {
        Invoke-PlantVerb -Verb 'Start-FettleUpdateTask' -Body @{ taskName = $TaskName; key = $Key; updates = @($Updates); timeLimitMinutes = $TimeLimitMinutes }
    }
}
