function Get-SupersededKb {
    <#
    .SYNOPSIS
    The KBs that an update replaces, of those that the agent knows: it names superseded updates by id only.
    #>
    [CmdletBinding()]
    param($Update, [hashtable] $KbById)

    foreach ($id in $Update.SupersededUpdateIDs) { if ($KbById.ContainsKey("$id")) { $KbById["$id"] } }
}
