function Invoke-UpdateInstallation {
    <#
    .SYNOPSIS
    Downloads and installs the updates of updates.json, and writes how far it is into progress.json beside it.
    .DESCRIPTION
    Never called here: its text becomes the file that the scheduled task runs as SYSTEM, since the Windows Update Agent refuses
    download and installation in a remote session. So it stands alone, calling no other function of this module. What it writes is
    progress, never the proof of a result. ASCII only: Windows PowerShell reads a file without a byte order mark in the local code page.
    #>
    [CmdletBinding()]
    param()

    $ErrorActionPreference = 'Stop'
    $progressFile = Join-Path $PSScriptRoot 'progress.json'

    function Write-InstallProgress([string] $State, [int] $Percent, [string] $Current, $Failure) {
        $text = ConvertTo-Json -Compress -InputObject @{ state = $State; percent = $Percent; current = $Current; error = $Failure }
        $next = Join-Path $PSScriptRoot 'progress.next'
        [IO.File]::WriteAllText($next, $text)
        # Replaced in one go, so that whoever reads sees the old text or the new one. Whoever reads at that moment is in the way.
        for ($attempt = 1; $true; $attempt++) {
            try {
                if ([IO.File]::Exists($progressFile)) { [IO.File]::Replace($next, $progressFile, [NullString]::Value) }
                else { [IO.File]::Move($next, $progressFile) }
                return
            }
            catch { if ($attempt -ge 50) { throw } }
            Start-Sleep -Milliseconds 100
        }
    }

    # 2 and 3: succeeded, succeeded with errors (OperationResultCode).
    function Test-Success($Result) { $Result.ResultCode -eq 2 -or $Result.ResultCode -eq 3 }

    function Install-OneUpdate($Session, $Update, [int] $Percent) {
        if (-not $Update.EulaAccepted) { [void] $Update.AcceptEula() }
        $collection = New-Object -ComObject Microsoft.Update.UpdateColl
        [void] $collection.Add($Update)
        if (-not $Update.IsDownloaded) {
            Write-InstallProgress 'running' $Percent ('downloading ' + $Update.Title) $null
            $downloader = $Session.CreateUpdateDownloader()
            $downloader.Updates = $collection
            $fetched = $downloader.Download().GetUpdateResult(0)
            if (-not (Test-Success $fetched)) { return @{ hresult = '0x{0:X8}' -f $fetched.HResult; message = 'Not downloaded: ' + $Update.Title } }
        }
        Write-InstallProgress 'running' $Percent ('installing ' + $Update.Title) $null
        $installer = $Session.CreateUpdateInstaller()
        $installer.Updates = $collection
        # Nobody is there to answer: no window, no question for a source.
        $installer.ForceQuiet = $true
        $installer.AllowSourcePrompts = $false
        $installed = $installer.Install().GetUpdateResult(0)
        if (-not (Test-Success $installed)) { return @{ hresult = '0x{0:X8}' -f $installed.HResult; message = 'Not installed: ' + $Update.Title } }
    }

    try {
        Write-InstallProgress 'running' 0 'searching' $null
        $wanted = ConvertFrom-Json -InputObject ([IO.File]::ReadAllText((Join-Path $PSScriptRoot 'updates.json')))
        $session = New-Object -ComObject Microsoft.Update.Session
        $session.ClientApplicationID = 'Fettle'
        $offered = $session.CreateUpdateSearcher().Search("IsInstalled=0 and Type='Software' and IsHidden=0").Updates
        $chosen = @()
        foreach ($update in $offered) {
            foreach ($one in $wanted) {
                if ($update.Identity.UpdateID -eq $one.id -and $update.Identity.RevisionNumber -eq $one.revision) { $chosen += $update }
            }
        }
        $done = 0
        $failure = $null
        # WU_E_NO_UPDATE: none of them is offered in that revision.
        if ($chosen.Count -eq 0) { $failure = @{ hresult = '0x80240024'; message = 'None of the updates is offered.' } }
        foreach ($update in $chosen) {
            $failed = Install-OneUpdate $session $update ([int] (100 * $done / $chosen.Count))
            if ($failed) { $failure = $failed }
            $done++
        }
        Write-InstallProgress 'finished' 100 "$done updates tried" $failure
    }
    catch {
        $thrown = $_.Exception
        while ($thrown.InnerException) { $thrown = $thrown.InnerException }
        Write-InstallProgress 'finished' 100 'failed' @{ hresult = '0x{0:X8}' -f $thrown.HResult; message = $thrown.Message }
    }
}
