function Get-FettleUpdateProgress {
    <#
    .SYNOPSIS
    Tells how far the update task is.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $TaskName
    )

    Invoke-PlantVerb -Verb 'Get-FettleUpdateProgress' -Body @{ taskName = $TaskName }
}
