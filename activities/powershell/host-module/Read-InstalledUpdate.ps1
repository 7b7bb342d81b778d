function Read-InstalledUpdate {
    <#
    .SYNOPSIS
    Lists the updates that the host has, on the host.
    .DESCRIPTION
    The agent knows updates of every product, the operating system its own packages, also those that were installed without
    the agent: both are asked. Where nobody knows the time, it is 1601-01-01.
    #>
    [CmdletBinding()]
    param()

    $unknown = [datetime]::FromFileTimeUtc(0)
    $searcher = New-UpdateSearcher
    $found = $searcher.Search("IsInstalled=1 and Type='Software'")
    $known = Get-KbById -Updates $found.Updates
    $installedAt = @{}
    $count = $searcher.GetTotalHistoryCount()
    if ($count -gt 0) {
        foreach ($entry in $searcher.QueryHistory(0, $count)) {
            # An entry of a damaged history may have no identity.
            $id = "$($entry.UpdateIdentity.UpdateID)"
            if ($entry.Operation -eq 1 -and $entry.ResultCode -in 2, 3 -and -not $installedAt.ContainsKey($id)) { $installedAt[$id] = $entry.Date }
        }
    }
    $updates = @{}
    foreach ($package in (Get-CimInstance -ClassName Win32_QuickFixEngineering)) {
        # A text in the form of the United States, on some systems something else altogether. The plain value of the class:
        # PowerShell's own property of the name reads the text by the culture of the account.
        $text = "$($package.CimInstanceProperties['InstalledOn'].Value)"
        $at = $unknown
        if (-not [datetime]::TryParse($text, [cultureinfo]::InvariantCulture, [Globalization.DateTimeStyles]::None, [ref] $at)) { $at = $unknown }
        $updates[$package.HotFixID] = @{ kb = $package.HotFixID; title = "$($package.Description)"; installedAt = ConvertTo-IsoTime -Time $at; supersedes = @() }
    }
    foreach ($update in $found.Updates) {
        $kb = Get-UpdateKb -Update $update
        $at = $unknown
        if ($installedAt.ContainsKey($update.Identity.UpdateID)) { $at = $installedAt[$update.Identity.UpdateID] }
        $name = $kb
        if (-not $name) { $name = $update.Identity.UpdateID }
        $updates[$name] = @{ kb = $kb; title = $update.Title; installedAt = ConvertTo-IsoTime -Time $at; supersedes = @(Get-SupersededKb -Update $update -KbById $known) }
    }
    @{ updates = @($updates.Values) }
}
