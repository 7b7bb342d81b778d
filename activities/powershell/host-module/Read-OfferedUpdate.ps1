function Read-OfferedUpdate {
    <#
    .SYNOPSIS
    Searches for the updates that the host is offered, on the host.
    .DESCRIPTION
    Without IsAssigned=1: with it a client of WSUS or Configuration Manager without approvals is offered nothing, and nothing
    looks like success. A search that succeeds is a scan, so the time of the scan is now.
    #>
    [CmdletBinding()]
    param()

    $found = (New-UpdateSearcher).Search("IsInstalled=0 and Type='Software' and IsHidden=0")
    $known = Get-KbById -Updates $found.Updates
    $updates = foreach ($update in $found.Updates) {
        $classification = $update.Categories | Where-Object -FilterScript { $_.Type -eq 'UpdateClassification' } | Select-Object -First 1
        @{
            id             = $update.Identity.UpdateID
            revision       = $update.Identity.RevisionNumber
            kb             = Get-UpdateKb -Update $update
            title          = $update.Title
            classification = "$($classification.Name)"
            sizeMb         = [Math]::Round([double] $update.MaxDownloadSize / 1048576, 1)
            rebootRequired = ($update.InstallationBehavior.RebootBehavior -ne 0)
            supersedes     = @(Get-SupersededKb -Update $update -KbById $known)
        }
    }
    @{ lastScanAt = ConvertTo-IsoTime -Time ([datetime]::UtcNow); updates = @($updates) }
}
