function Remove-FettleUpdateTask {
    <#
    .SYNOPSIS
    Removes the update task and its folder.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [string] $TaskName
    )

    if ($PSCmdlet.ShouldProcess($script:HostName, 'Remove the update task')) {
        Invoke-PlantVerb -Verb 'Remove-FettleUpdateTask' -Body @{ taskName = $TaskName }
    }
}
