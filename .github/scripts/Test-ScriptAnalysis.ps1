<#
.SYNOPSIS
Runs PSScriptAnalyzer over every script and module; fails when it finds anything.
.DESCRIPTION
Makes sure first that it finds what `fettle scripts check` leaves to it (docs/decisions/0026). The dispatcher, which runs on the worker
only, may use the syntax of PowerShell 7.5, and its functions are nobody's commands.
#>
[CmdletBinding()]
param()

$ErrorActionPreference = 'Stop'
$root = Split-Path -Path (Split-Path -Path $PSScriptRoot -Parent) -Parent
$settings = Join-Path -Path $PSScriptRoot -ChildPath 'PSScriptAnalyzerSettings.psd1'

$mistakes = @{
    PSAvoidUsingCmdletAliases        = 'gci -Path $HOME'
    PSAvoidUsingInvokeExpression     = 'Invoke-Expression -Command $HOME'
    PSAvoidUsingPositionalParameters = 'Get-Command a b c'
    PSAvoidUsingWriteHost            = 'Write-Host -Object 1'
    PSUseApprovedVerbs               = 'function Fetch-Thing { 1 }'
    PSUseBOMForUnicodeEncodedFile    = "'$([char] 0x2019)'"
}
$file = Join-Path -Path ([IO.Path]::GetTempPath()) -ChildPath 'fettle-mistake.ps1'
foreach ($rule in $mistakes.Keys) {
    [IO.File]::WriteAllText($file, $mistakes[$rule])
    $names = @(Invoke-ScriptAnalyzer -Path $file -Settings $settings | ForEach-Object -MemberName 'RuleName')
    if ($rule -notin $names) { throw "PSScriptAnalyzer does not find $($mistakes[$rule]), which is for $rule." }
}
Remove-Item -LiteralPath $file

$folders = 'activities', 'lab', 'runbooks', '.github' | ForEach-Object -Process { Join-Path -Path $root -ChildPath $_ }
$files = Get-ChildItem -Path $folders -Recurse -File -Force | Where-Object -FilterScript { $_.Extension -in '.ps1', '.psm1' }
$found = foreach ($file in $files) {
    $except = @()
    if ($file.Name -eq 'dispatcher.ps1') { $except = 'PSAvoidUsingPositionalParameters', 'PSUseCompatibleSyntax', 'PSUseShouldProcessForStateChangingFunctions' }
    Invoke-ScriptAnalyzer -Path $file.FullName -Settings $settings -ExcludeRule $except
}
$found | Format-Table -Property @('Severity', 'RuleName', 'ScriptName', 'Line', 'Message') -Wrap
if (@($found).Count -gt 0) { throw "PSScriptAnalyzer has $(@($found).Count) findings in $($files.Count) files." }
"PSScriptAnalyzer has no finding in $($files.Count) files."
