function Get-FettleInstalledUpdate {
    <#
    .SYNOPSIS
    Lists the updates that the host has.
    .DESCRIPTION
    The agent knows updates of every product, the operating system its own packages, also those that were installed without
    the agent: both are asked. Where nobody knows the time, it is 1601-01-01.
    #>
    [CmdletBinding()]
    param()

    $searcher = New-UpdateSearcher
    $found = $searcher.Search("IsInstalled=1 and Type='Software'")
    $known = Get-KbById -Updates $found.Updates
    $installedAt = @{}
    $count = $searcher.GetTotalHistoryCount()
    if ($count -gt 0) {
        foreach ($entry in $searcher.QueryHistory(0, $count)) {
            $id = $entry.UpdateIdentity.UpdateID
            if ($entry.Operation -eq 1 -and $entry.ResultCode -in 2, 3 -and -not $installedAt.ContainsKey($id)) { $installedAt[$id] = $entry.Date }
        }
    }
    $updates = @{}
    foreach ($package in (Get-CimInstance -ClassName Win32_QuickFixEngineering)) {
        # A text in the form of the United States, on some systems something else altogether.
        $at = $package.InstalledOn -as [datetime]
        if (-not $at) { $at = [datetime]::FromFileTimeUtc(0) }
        $updates[$package.HotFixID] = @{ kb = $package.HotFixID; title = "$($package.Description)"; installedAt = ConvertTo-IsoTime -Time $at; supersedes = @() }
    }
    foreach ($update in $found.Updates) {
        $kb = Get-UpdateKb -Update $update
        $at = [datetime]::FromFileTimeUtc(0)
        if ($installedAt.ContainsKey($update.Identity.UpdateID)) { $at = $installedAt[$update.Identity.UpdateID] }
        $name = $kb
        if (-not $name) { $name = $update.Identity.UpdateID }
        $updates[$name] = @{ kb = $kb; title = $update.Title; installedAt = ConvertTo-IsoTime -Time $at; supersedes = @(Get-SupersededKb -Update $update -KbById $known) }
    }
    @{ updates = @($updates.Values) }
}
