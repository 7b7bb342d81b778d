# Errors and warnings of every rule that is on by default, and what targets with Windows PowerShell 5.1 can parse.
@{
    Severity = @('Error', 'Warning')
    Rules    = @{
        PSUseCompatibleSyntax = @{
            Enable         = $true
            TargetVersions = @('5.1', '7.0')
        }
    }
}
