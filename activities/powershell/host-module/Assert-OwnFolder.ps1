$script:AdministratorsSid = 'S-1-5-32-544'
$script:SystemSid = 'S-1-5-18'

function Assert-OwnFolder {
    <#
    .SYNOPSIS
    Refuses a folder that anybody but SYSTEM and Administrators could have written into.
    .DESCRIPTION
    A task that runs as SYSTEM executes what lies here, so the folder has to be as we make it: owned by Administrators, with access
    for SYSTEM and Administrators only, nothing inherited, and no link to elsewhere.
    #>
    [CmdletBinding()]
    param([string] $Path)

    $item = Get-Item -LiteralPath $Path -Force
    $acl = Get-Acl -LiteralPath $Path
    $sid = [Security.Principal.SecurityIdentifier]
    $trusted = $script:AdministratorsSid, $script:SystemSid
    $others = @($acl.GetAccessRules($true, $true, $sid) | Where-Object -FilterScript { $trusted -notcontains $_.IdentityReference.Value })
    $owner = $acl.GetOwner($sid).Value
    $link = ($item.Attributes -band [IO.FileAttributes]::ReparsePoint) -ne 0
    if ($link -or -not $acl.AreAccessRulesProtected -or $others.Count -gt 0 -or $owner -ne $script:AdministratorsSid) {
        throw (New-FailureRecord -Id 'FettleTaskRefused' -Message "The folder $Path has another owner or access list than ours.")
    }
}
