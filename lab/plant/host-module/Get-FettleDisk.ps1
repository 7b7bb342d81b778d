function Get-FettleDisk {
    <#
    .SYNOPSIS
    Reads the free space of the system drive.
    #>
    [CmdletBinding()]
    param()

    Invoke-PlantVerb -Verb 'Get-FettleDisk'
}
