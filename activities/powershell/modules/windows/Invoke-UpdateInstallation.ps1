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
    $folder = Split-Path -Parent $MyInvocation.MyCommand.Path

    function Write-Progressfile([string] $State, [int] $Percent, [string] $Current, $Failure) {
        $text = ConvertTo-Json -Compress -InputObject @{ state = $State; percent = $Percent; current = $Current; error = $Failure }
        $next = Join-Path $folder 'progress.next'
        [IO.File]::WriteAllText($next, $text)
        Move-Item -LiteralPath $next -Destination (Join-Path $folder 'progress.json') -Force
    }

    try {
        Write-Progressfile 'running' 0 'searching' $null
        $wanted = @(ConvertFrom-Json -InputObject ([IO.File]::ReadAllText((Join-Path $folder 'updates.json'))))
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
        foreach ($update in $chosen) {
            $percent = [int] (100 * $done / $chosen.Count)
            if (-not $update.EulaAccepted) { $update.AcceptEula() }
            $collection = New-Object -ComObject Microsoft.Update.UpdateColl
            [void] $collection.Add($update)
            if (-not $update.IsDownloaded) {
                Write-Progressfile 'running' $percent ('downloading ' + $update.Title) $null
                $downloader = $session.CreateUpdateDownloader()
                $downloader.Updates = $collection
                [void] $downloader.Download()
            }
            Write-Progressfile 'running' $percent ('installing ' + $update.Title) $null
            $installer = $session.CreateUpdateInstaller()
            $installer.Updates = $collection
            $result = $installer.Install().GetUpdateResult(0)
            if ($result.ResultCode -ne 2 -and $result.ResultCode -ne 3) {
                $failure = @{ hresult = '0x{0:X8}' -f $result.HResult; message = 'Not installed: ' + $update.Title }
            }
            $done++
        }
        Write-Progressfile 'finished' 100 "$done of $($wanted.Count) updates" $failure
    }
    catch {
        $thrown = $_.Exception
        while ($thrown.InnerException) { $thrown = $thrown.InnerException }
        Write-Progressfile 'finished' 100 'failed' @{ hresult = '0x{0:X8}' -f $thrown.HResult; message = $thrown.Message }
    }
}
