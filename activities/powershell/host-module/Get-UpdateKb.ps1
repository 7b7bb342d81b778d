function Get-UpdateKb {
    <#
    .SYNOPSIS
    The KB of an update, empty when it has none.
    #>
    [CmdletBinding()]
    param($Update)

    if ($Update.KBArticleIDs.Count -gt 0) { 'KB' + $Update.KBArticleIDs.Item(0) } else { '' }
}
