# Every rule that is on by default, what is mere information too: the rule for positional parameters is no more. And what targets with
# Windows PowerShell 5.1 can parse.
@{
    Severity     = @('Error', 'Warning', 'Information')
    # What a script or function gives back is told and held by its contract.
    ExcludeRules = @('PSUseOutputTypeCorrectly')
    Rules        = @{
        PSAvoidUsingPositionalParameters = @{
            Enable           = $true
            # Functions inside of a function, which nobody else calls.
            CommandAllowList = @('Install-OneUpdate', 'Write-InstallProgress')
        }
        PSUseCompatibleSyntax            = @{
            Enable         = $true
            TargetVersions = @('5.1', '7.0')
        }
    }
}
