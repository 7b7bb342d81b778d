function New-OwnFolder {
    <#
    .SYNOPSIS
    Creates a folder for SYSTEM and Administrators only, without inheritance, or checks the one that is there.
    .DESCRIPTION
    The access list is given at creation: between creating and setting it anybody could write into the folder.
    #>
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '')]
    [CmdletBinding()]
    param([string] $Path)

    if (-not (Test-Path -LiteralPath $Path)) {
        $security = New-Object -TypeName System.Security.AccessControl.DirectorySecurity
        $security.SetSecurityDescriptorSddlForm('O:BAG:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)')
        if ($PSVersionTable.PSEdition -eq 'Core') {
            [IO.FileSystemAclExtensions]::Create((New-Object -TypeName System.IO.DirectoryInfo -ArgumentList $Path), $security)
        }
        else {
            [void] [IO.Directory]::CreateDirectory($Path, $security)
        }
    }
    Assert-OwnFolder -Path $Path
}
