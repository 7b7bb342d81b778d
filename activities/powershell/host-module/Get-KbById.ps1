function Get-KbById {
    <#
    .SYNOPSIS
    KBs by update id.
    #>
    [CmdletBinding()]
    param($Updates)

    $known = @{}
    foreach ($update in $Updates) {
        $kb = Get-UpdateKb -Update $update
        if ($kb) { $known[$update.Identity.UpdateID] = $kb }
    }
    $known
}
