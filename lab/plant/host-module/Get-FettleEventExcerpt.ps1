function Get-FettleEventExcerpt {
    <#
    .SYNOPSIS
    Lists the newest critical and error events since a time, from the logs that matter to patching.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $Since,
        [Parameter(Mandatory)] [int] $Maximum
    )

    Invoke-PlantVerb -Verb 'Get-FettleEventExcerpt' -Body @{ since = $Since; maximum = $Maximum }
}
