function Get-FettleBackup {
    <#
    .SYNOPSIS
    Tells when the last verified backup was made.
    #>
    [CmdletBinding()]
    param()

    Invoke-PlantVerb -Verb 'Get-FettleBackup'
}
