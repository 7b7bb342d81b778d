function Get-FettleBootTime {
    <#
    .SYNOPSIS
    Reads when the host was started last.
    #>
    [CmdletBinding()]
    param()

    Invoke-PlantVerb -Verb 'Get-FettleBootTime'
}
