<#
.SYNOPSIS
Parses every file that is sent to a target with the parser of Windows PowerShell 5.1; fails when one does not parse.
.DESCRIPTION
Scripts, host modules and runner. Not the dispatcher, which runs on the worker only.
#>
[CmdletBinding()]
param()

$ErrorActionPreference = 'Stop'
if ($PSVersionTable.PSVersion.Major -ne 5) { throw "This is PowerShell $($PSVersionTable.PSVersion): run it in Windows PowerShell 5.1 (powershell.exe)." }
$root = Split-Path -Path (Split-Path -Path $PSScriptRoot -Parent) -Parent
$folders = 'activities', 'lab', 'runbooks' | ForEach-Object -Process { Join-Path -Path $root -ChildPath $_ }
$files = Get-ChildItem -Path $folders -Recurse -File | Where-Object -FilterScript { $_.Extension -in '.ps1', '.psm1' -and $_.Name -ne 'dispatcher.ps1' }
$faults = foreach ($file in $files) {
    $errors = $null
    $tokens = $null
    [void] [System.Management.Automation.Language.Parser]::ParseFile($file.FullName, [ref] $tokens, [ref] $errors)
    foreach ($fault in $errors) { "$($file.FullName), line $($fault.Extent.StartLineNumber): $($fault.Message)" }
}
$faults
if (@($faults).Count -gt 0) { throw "$(@($faults).Count) faults in $($files.Count) files." }
"Windows PowerShell $($PSVersionTable.PSVersion) parses all $($files.Count) files."
