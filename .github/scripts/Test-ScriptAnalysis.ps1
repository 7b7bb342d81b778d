<#
.SYNOPSIS
Runs PSScriptAnalyzer over every script and module; fails when it finds anything.
.DESCRIPTION
The dispatcher is left to the default rules: it runs on the worker only, in PowerShell 7.5 or later. The script by which a shell shows
how it behaves is left out: misbehaving is its purpose.
#>
[CmdletBinding()]
param()

$ErrorActionPreference = 'Stop'
$root = Split-Path -Path (Split-Path -Path $PSScriptRoot -Parent) -Parent
$settings = Join-Path -Path $PSScriptRoot -ChildPath 'PSScriptAnalyzerSettings.psd1'
$folders = 'activities', 'runbooks', '.github' | ForEach-Object -Process { Join-Path -Path $root -ChildPath $_ }
$files = Get-ChildItem -Path $folders -Recurse -File -Force | Where-Object -FilterScript { $_.Extension -in '.ps1', '.psm1' }
$found = foreach ($file in $files) {
    if ($file.Name -eq 'dispatcher.ps1') { Invoke-ScriptAnalyzer -Path $file.FullName -Severity @('Error', 'Warning') }
    else { Invoke-ScriptAnalyzer -Path $file.FullName -Settings $settings }
}
$found | Format-Table -Property @('Severity', 'RuleName', 'ScriptName', 'Line', 'Message') -Wrap
if (@($found).Count -gt 0) { throw "PSScriptAnalyzer has $(@($found).Count) findings in $($files.Count) files." }
"PSScriptAnalyzer has no finding in $($files.Count) files."
