# Host module of real Windows hosts and management endpoints: CIM, the Windows Update Agent, scheduled tasks, and the vendors'
# modules for Hyper-V, VMware PowerCLI and Operations Manager. It exports the same functions with the same parameters as
# Plant.psm1. Windows PowerShell 5.1 syntax only: targets may have nothing newer. One file, because the dispatcher sends one.
# A failure that the runbook must tell apart is thrown with an error id of its own (Fettle...), see the scripts' contracts.

$script:Endpoint = ''
$script:TaskPath = '\Fettle\'
$script:AdministratorsSid = 'S-1-5-32-544'
$script:SystemSid = 'S-1-5-18'
# Result of a scheduled task that was registered and never started (SCHED_S_TASK_HAS_NOT_RUN).
$script:TaskHasNotRun = 267011

# What the scheduled task runs, as SYSTEM: the Windows Update Agent refuses download and installation in a remote session.
# It reads updates.json beside itself and writes progress.json; what it writes is progress, never the proof of a result.
$script:InstallScript = @'
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
'@

function New-FailureRecord {
    <#
    .SYNOPSIS
    Makes an error record with an id that a contract's failure table knows.
    #>
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '')]
    [CmdletBinding()]
    param([string] $Id, [string] $Message)

    $exception = New-Object -TypeName System.InvalidOperationException -ArgumentList $Message
    New-Object -TypeName System.Management.Automation.ErrorRecord -ArgumentList $exception, $Id, 'InvalidOperation', $null
}

function ConvertTo-IsoTime {
    <#
    .SYNOPSIS
    ISO 8601 in UTC. The Windows Update Agent's times are in UTC and do not say so: a time without a kind is taken for UTC.
    #>
    [CmdletBinding()]
    param([datetime] $Time)

    if ($Time.Kind -eq [DateTimeKind]::Unspecified) { $Time = [datetime]::SpecifyKind($Time, [DateTimeKind]::Utc) }
    $Time.ToUniversalTime().ToString('o')
}

function ConvertFrom-IsoTime {
    <#
    .SYNOPSIS
    The instant of an ISO 8601 text, as a DateTime of kind Utc.
    #>
    [CmdletBinding()]
    param([string] $Text)

    [datetimeoffset]::Parse($Text, [cultureinfo]::InvariantCulture).UtcDateTime
}

function Connect-FettleHost {
    <#
    .SYNOPSIS
    Makes sure that this is the machine that is meant.
    .DESCRIPTION
    An address that leads to another machine must never be patched in the place of the right one.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] $Name)

    $own = [Net.NetworkInformation.IPGlobalProperties]::GetIPGlobalProperties()
    $actual = $own.HostName
    if ($own.DomainName) { $actual = $own.HostName + '.' + $own.DomainName }
    if ($actual -ne $Name) {
        throw (New-FailureRecord -Id 'FettleWrongHost' -Message "This machine is $actual, not ${Name}: correct the address in the inventory or in DNS.")
    }
}

function Connect-FettleEndpoint {
    <#
    .SYNOPSIS
    Remembers the management endpoint that the vendors' modules connect to.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] $Name)

    $script:Endpoint = $Name
}

function Get-FettleBootTime {
    <#
    .SYNOPSIS
    Reads when the host was started last.
    #>
    [CmdletBinding()]
    param()

    @{ bootTime = ConvertTo-IsoTime -Time (Get-CimInstance -ClassName Win32_OperatingSystem).LastBootUpTime }
}

function Get-FettlePendingReboot {
    <#
    .SYNOPSIS
    Lists why a reboot is pending.
    #>
    [CmdletBinding()]
    param()

    $current = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion'
    $reasons = @()
    if (Test-Path -LiteralPath "$current\Component Based Servicing\RebootPending") { $reasons += 'component-based-servicing' }
    if (Test-Path -LiteralPath "$current\WindowsUpdate\Auto Update\RebootRequired") { $reasons += 'windows-update' }
    $manager = Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Control\Session Manager'
    if ($manager.PendingFileRenameOperations) { $reasons += 'file-rename' }
    @{ reasons = $reasons }
}

function ConvertTo-ServiceFact {
    <#
    .SYNOPSIS
    Name, state and start type of one Win32_Service.
    #>
    [CmdletBinding()]
    param($Service)

    $states = @{ 'Start Pending' = 'StartPending'; 'Continue Pending' = 'StartPending'; 'Stop Pending' = 'StopPending'; 'Pause Pending' = 'StopPending' }
    $state = $Service.State
    if ($states.ContainsKey($state)) { $state = $states[$state] }
    $startType = $Service.StartMode
    if ($startType -eq 'Auto') {
        $startType = 'Automatic'
        if ($Service.DelayedAutoStart) { $startType = 'AutomaticDelayedStart' }
    }
    @{ name = $Service.Name; state = $state; startType = $startType }
}

function Get-FettleService {
    <#
    .SYNOPSIS
    Lists the services with their state and start type.
    #>
    [CmdletBinding()]
    param()

    $services = Get-CimInstance -ClassName Win32_Service
    @{ services = @($services | ForEach-Object -Process { ConvertTo-ServiceFact -Service $_ }) }
}

function Start-FettleService {
    <#
    .SYNOPSIS
    Starts a service and waits until it runs.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [string] $Name
    )

    $service = Get-Service -Name ([WildcardPattern]::Escape($Name))
    if ($service.Status -ne 'Running' -and $PSCmdlet.ShouldProcess($Name, 'Start the service')) {
        try {
            Start-Service -InputObject $service
            $service.WaitForStatus('Running', [timespan]::FromSeconds(90))
        }
        catch {
            throw (New-FailureRecord -Id 'FettleServiceDown' -Message "The service $Name does not start: $($_.Exception.Message)")
        }
    }
    ConvertTo-ServiceFact -Service (Get-CimInstance -ClassName Win32_Service | Where-Object -FilterScript { $_.Name -eq $Name })
}

function Get-FettleDisk {
    <#
    .SYNOPSIS
    Reads the free space of the system drive.
    #>
    [CmdletBinding()]
    param()

    $drive = Get-CimInstance -ClassName Win32_LogicalDisk -Filter "DeviceID='$env:SystemDrive'"
    @{ freeMb = [int] [Math]::Floor($drive.FreeSpace / 1048576) }
}

function Get-FettleBackup {
    <#
    .SYNOPSIS
    Tells when the last verified backup was made.
    .DESCRIPTION
    Only the backup product knows. Its job writes the time (ISO 8601) into the value LastVerifiedBackup of HKLM:\SOFTWARE\Fettle;
    where it does not, the answer is none, and the guard refuses rather than assumes.
    #>
    [CmdletBinding()]
    param()

    $written = (Get-ItemProperty -LiteralPath 'HKLM:\SOFTWARE\Fettle' -ErrorAction SilentlyContinue).LastVerifiedBackup
    $at = $null
    if ($written) { $at = ConvertTo-IsoTime -Time (ConvertFrom-IsoTime -Text $written) }
    @{ lastVerifiedAt = $at }
}

function Get-FettleInstallerState {
    <#
    .SYNOPSIS
    Tells whether the update installer is busy, servicing runs or a reboot is required.
    #>
    [CmdletBinding()]
    param()

    $interface = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\Interface'
    $progress = (Get-ItemProperty -LiteralPath $interface -ErrorAction SilentlyContinue).ServicingInProgress
    @{
        busy           = [bool] (New-Object -ComObject Microsoft.Update.Installer).IsBusy
        # Absent, 0 and 1 mean that servicing has finished.
        servicing      = ($null -ne $progress -and [int] $progress -gt 1)
        rebootRequired = [bool] (New-Object -ComObject Microsoft.Update.SystemInfo).RebootRequired
    }
}

function New-UpdateSearcher {
    <#
    .SYNOPSIS
    A searcher on the update source that the host is set to.
    #>
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '')]
    [CmdletBinding()]
    param()

    $session = New-Object -ComObject Microsoft.Update.Session
    $session.ClientApplicationID = 'Fettle'
    $session.CreateUpdateSearcher()
}

function Get-UpdateKb {
    <#
    .SYNOPSIS
    The KB of an update, empty when it has none.
    #>
    [CmdletBinding()]
    param($Update)

    if ($Update.KBArticleIDs.Count -gt 0) { 'KB' + $Update.KBArticleIDs.Item(0) } else { '' }
}

function Get-SupersededKb {
    <#
    .SYNOPSIS
    The KBs that an update replaces, of those that the agent knows: it names superseded updates by id only.
    #>
    [CmdletBinding()]
    param($Update, [hashtable] $KbById)

    foreach ($id in $Update.SupersededUpdateIDs) { if ($KbById.ContainsKey("$id")) { $KbById["$id"] } }
}

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

function Get-FettleOfferedUpdate {
    <#
    .SYNOPSIS
    Searches for the updates that the host is offered.
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
        $at = [datetime]::FromFileTimeUtc(0)
        if ($package.InstalledOn) { $at = [datetime] $package.InstalledOn }
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

function Assert-OwnFolder {
    <#
    .SYNOPSIS
    Refuses a folder that anybody but SYSTEM and Administrators could have written into.
    .DESCRIPTION
    A task that runs as SYSTEM executes what lies here (domain.md, The scheduled task).
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
    if ($link -or -not $acl.AreAccessRulesProtected -or $others.Count -gt 0 -or $trusted -notcontains $owner) {
        throw (New-FailureRecord -Id 'FettleTaskRefused' -Message "The folder $Path has another owner or access list than ours.")
    }
}

function New-OwnFolder {
    <#
    .SYNOPSIS
    Creates a folder for SYSTEM and Administrators only, without inheritance, or checks the one that is there.
    .DESCRIPTION
    The access list is given at creation: between creating and setting it anybody could write into the folder.
    #>
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '')]
    [CmdletBinding()]
    param([string] $Path)

    if (-not (Test-Path -LiteralPath $Path)) {
        $security = New-Object -TypeName System.Security.AccessControl.DirectorySecurity
        $security.SetSecurityDescriptorSddlForm('O:BAG:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)')
        if ($PSVersionTable.PSEdition -eq 'Core') {
            [IO.FileSystemAclExtensions]::Create((New-Object -TypeName System.IO.DirectoryInfo -ArgumentList $Path), $security)
        }
        else {
            [void] [IO.Directory]::CreateDirectory($Path, $security)
        }
    }
    Assert-OwnFolder -Path $Path
}

function Get-TaskFolder {
    <#
    .SYNOPSIS
    Path of a task's folder. The name is letters, digits and hyphens only.
    #>
    [CmdletBinding()]
    param([string] $TaskName)

    if ($TaskName -notmatch '^[A-Za-z0-9-]{1,60}$') {
        throw (New-FailureRecord -Id 'FettleTaskRefused' -Message 'The name of a task is letters, digits and hyphens only.')
    }
    Join-Path -Path (Join-Path -Path $env:ProgramData -ChildPath 'Fettle') -ChildPath $TaskName
}

function Write-OwnFile {
    <#
    .SYNOPSIS
    Writes a text and makes sure that the file holds exactly it.
    #>
    [CmdletBinding()]
    param([string] $Path, [string] $Text)

    $bytes = [Text.Encoding]::UTF8.GetBytes($Text)
    [IO.File]::WriteAllBytes($Path, $bytes)
    $meant = [BitConverter]::ToString([Security.Cryptography.SHA256]::Create().ComputeHash($bytes)).Replace('-', '')
    if ((Get-FileHash -LiteralPath $Path -Algorithm SHA256).Hash -ne $meant) {
        throw (New-FailureRecord -Id 'FettleTaskRefused' -Message "The file $Path is not what was written.")
    }
}

function Get-OwnTask {
    <#
    .SYNOPSIS
    The scheduled task of that name, or nothing.
    #>
    [CmdletBinding()]
    param([string] $TaskName)

    Get-ScheduledTask -TaskPath $script:TaskPath -ErrorAction SilentlyContinue | Where-Object -FilterScript { $_.TaskName -eq $TaskName }
}

function Start-FettleUpdateTask {
    <#
    .SYNOPSIS
    Starts the detached task that installs updates.
    .DESCRIPTION
    A task of that name is the same step asked for again: it is taken over, and started only if it never was.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [string] $TaskName,
        [Parameter(Mandatory)] [string] $Key,
        [Parameter(Mandatory)] [object[]] $Updates,
        [Parameter(Mandatory)] [int] $TimeLimitMinutes
    )

    if (-not $PSCmdlet.ShouldProcess($env:COMPUTERNAME, "Install $($Updates.Count) updates")) { return }
    $folder = Get-TaskFolder -TaskName $TaskName
    New-OwnFolder -Path (Split-Path -Path $folder -Parent)
    New-OwnFolder -Path $folder
    $program = Join-Path -Path $folder -ChildPath 'install.ps1'
    $existing = Get-OwnTask -TaskName $TaskName
    if (-not $existing) {
        Write-OwnFile -Path $program -Text $script:InstallScript
        $wanted = @($Updates | ForEach-Object -Process { @{ id = "$($_.id)"; revision = [int] $_.revision } })
        Write-OwnFile -Path (Join-Path -Path $folder -ChildPath 'updates.json') -Text (ConvertTo-Json -InputObject $wanted -Compress)
        Write-OwnFile -Path (Join-Path -Path $folder -ChildPath 'started.txt') -Text (ConvertTo-IsoTime -Time ([datetime]::UtcNow))
        $powershell = Join-Path -Path $env:SystemRoot -ChildPath 'System32\WindowsPowerShell\v1.0\powershell.exe'
        $arguments = '-NoProfile -NonInteractive -ExecutionPolicy Bypass -File "' + $program + '"'
        $settings = @{
            ExecutionTimeLimit         = New-TimeSpan -Minutes $TimeLimitMinutes
            MultipleInstances          = 'IgnoreNew'
            AllowStartIfOnBatteries    = $true
            DontStopIfGoingOnBatteries = $true
        }
        $task = @{
            TaskName    = $TaskName
            TaskPath    = $script:TaskPath
            Description = "Fettle $Key"
            Action      = New-ScheduledTaskAction -Execute $powershell -Argument $arguments
            Principal   = New-ScheduledTaskPrincipal -UserId $script:SystemSid -LogonType ServiceAccount -RunLevel Highest
            Settings    = New-ScheduledTaskSettingsSet @settings
        }
        [void] (Register-ScheduledTask @task)
    }
    $info = Get-ScheduledTaskInfo -TaskName $TaskName -TaskPath $script:TaskPath
    if ($info.LastTaskResult -eq $script:TaskHasNotRun) { Start-ScheduledTask -TaskName $TaskName -TaskPath $script:TaskPath }
    @{
        taskName  = $TaskName
        startedAt = [IO.File]::ReadAllText((Join-Path -Path $folder -ChildPath 'started.txt'))
        existed   = [bool] $existing
    }
}

function Get-FettleUpdateProgress {
    <#
    .SYNOPSIS
    Tells how far the update task is.
    .DESCRIPTION
    A task that does not run any more has finished, also when it was ended before it could say so.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $TaskName
    )

    $task = Get-OwnTask -TaskName $TaskName
    if (-not $task) { return @{ state = 'missing'; percent = 0; current = ''; error = $null } }
    # Asked before the file is read: a task that ends in between has written its last word by then.
    $running = "$($task.State)" -in 'Running', 'Queued'
    $info = Get-ScheduledTaskInfo -TaskName $TaskName -TaskPath $script:TaskPath
    $file = Join-Path -Path (Get-TaskFolder -TaskName $TaskName) -ChildPath 'progress.json'
    $told = $null
    if (Test-Path -LiteralPath $file) { $told = ConvertFrom-Json -InputObject ([IO.File]::ReadAllText($file)) }
    $percent = 0
    $current = 'waiting to start'
    if ($told) { $percent = [int] $told.percent; $current = "$($told.current)" }
    if ($told -and $told.state -eq 'finished') {
        $failure = $null
        if ($told.error) { $failure = @{ hresult = $told.error.hresult; message = $told.error.message } }
        return @{ state = 'finished'; percent = 100; current = $current; error = $failure }
    }
    if ($running -or $info.LastTaskResult -eq $script:TaskHasNotRun) {
        return @{ state = 'running'; percent = $percent; current = $current; error = $null }
    }
    $code = '0x{0:X8}' -f $info.LastTaskResult
    @{ state = 'finished'; percent = $percent; current = $current; error = @{ hresult = $code; message = 'The task was ended before it had finished.' } }
}

function Get-FettleUpdateHistory {
    <#
    .SYNOPSIS
    Lists the installations since a time.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $Since
    )

    $from = ConvertFrom-IsoTime -Text $Since
    $results = @{ 2 = 'succeeded'; 3 = 'succeeded-with-errors'; 4 = 'failed'; 5 = 'aborted' }
    $searcher = New-UpdateSearcher
    $count = $searcher.GetTotalHistoryCount()
    $entries = @()
    if ($count -gt 0) {
        $entries = foreach ($entry in $searcher.QueryHistory(0, $count)) {
            $code = [int] $entry.ResultCode
            if ($entry.Operation -ne 1 -or $entry.Date -lt $from -or -not $results.ContainsKey($code)) { continue }
            $kb = ''
            if ($entry.Title -match '\b(KB\d+)\b') { $kb = $Matches[1] }
            @{
                id       = $entry.UpdateIdentity.UpdateID
                revision = $entry.UpdateIdentity.RevisionNumber
                kb       = $kb
                result   = $results[$code]
                hresult  = '0x{0:X8}' -f $entry.HResult
                at       = ConvertTo-IsoTime -Time $entry.Date
            }
        }
    }
    @{ entries = @($entries) }
}

function Remove-FettleUpdateTask {
    <#
    .SYNOPSIS
    Removes the update task and its folder.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [string] $TaskName
    )

    $folder = Get-TaskFolder -TaskName $TaskName
    $task = Get-OwnTask -TaskName $TaskName
    $there = Test-Path -LiteralPath $folder
    if (-not $PSCmdlet.ShouldProcess($TaskName, 'Remove the update task')) { return }
    if ($task) {
        if ("$($task.State)" -eq 'Running') {
            throw (New-FailureRecord -Id 'FettleTaskRunning' -Message "The task $TaskName still runs; it is removed when it has ended.")
        }
        Unregister-ScheduledTask -TaskName $TaskName -TaskPath $script:TaskPath -Confirm:$false
    }
    if ($there) {
        Assert-OwnFolder -Path $folder
        Remove-Item -LiteralPath $folder -Recurse -Force
    }
    @{ removed = ([bool] $task -or $there) }
}

function Restart-FettleHost {
    <#
    .SYNOPSIS
    Asks the host for its reboot.
    .DESCRIPTION
    The reboot begins after ten seconds, so that the answer still gets out. A shutdown that is under way already is left alone.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [string] $Key,
        [Parameter(Mandatory)] [AllowEmptyString()] [string] $Reason
    )

    if (-not $PSCmdlet.ShouldProcess($env:COMPUTERNAME, 'Reboot')) { return }
    # Flags 6: reboot, forced. Reason: planned, operating system, hot fix (SHTDN_REASON_MINOR_HOTFIX).
    $arguments = @{ Flags = [int] 6; Timeout = [uint32] 10; Comment = "$Reason ($Key)"; ReasonCode = [uint32] 2147614737 }
    $answer = Get-CimInstance -ClassName Win32_OperatingSystem | Invoke-CimMethod -MethodName Win32ShutdownTracker -Arguments $arguments
    # 1115: a shutdown is in progress.
    if ($answer.ReturnValue -ne 0 -and $answer.ReturnValue -ne 1115) {
        throw (New-Object -TypeName System.ComponentModel.Win32Exception -ArgumentList ([int] $answer.ReturnValue))
    }
    @{ requested = ($answer.ReturnValue -eq 0) }
}

function Get-FettleClusterState {
    <#
    .SYNOPSIS
    Reads the state of the host as a cluster node.
    #>
    [CmdletBinding()]
    param()

    $service = Get-Service -Name 'ClusSvc' -ErrorAction SilentlyContinue
    if (-not $service -or $service.StartType -eq 'Disabled') { return @{ cluster = $null } }
    $cluster = Get-Cluster
    $nodes = @(Get-ClusterNode)
    $own = $nodes | Where-Object -FilterScript { $_.Name -eq $env:COMPUTERNAME }
    $groups = @(Get-ClusterGroup | Where-Object -FilterScript { $_.OwnerNode.Name -eq $env:COMPUTERNAME })
    $votes = [int] $cluster.WitnessDynamicWeight
    foreach ($node in $nodes) { if ("$($node.State)" -in 'Up', 'Paused') { $votes += [int] $node.DynamicWeight } }
    @{
        cluster = @{
            name                = $cluster.Name
            nodeState           = "$($own.State)"
            drained             = ("$($own.DrainStatus)" -eq 'Completed')
            ownedGroups         = @($groups | ForEach-Object -Process { $_.Name })
            quorumSurvivesLoss  = (2 * ($votes - [int] $own.DynamicWeight) -gt $votes)
        }
    }
}

function Get-SqlInstance {
    <#
    .SYNOPSIS
    Names by which the SQL Server instances of this host are connected to.
    #>
    [CmdletBinding()]
    param()

    $key = Get-Item -LiteralPath 'HKLM:\SOFTWARE\Microsoft\Microsoft SQL Server\Instance Names\SQL' -ErrorAction SilentlyContinue
    if (-not $key) { return }
    foreach ($name in $key.GetValueNames()) { if ($name -eq 'MSSQLSERVER') { 'localhost' } else { "localhost\$name" } }
}

function Invoke-SqlRead {
    <#
    .SYNOPSIS
    Rows of a fixed query, as hashtables.
    #>
    [CmdletBinding()]
    param([string] $Instance, [string] $Query)

    $builder = New-Object -TypeName System.Data.SqlClient.SqlConnectionStringBuilder
    $builder['Data Source'] = $Instance
    $builder['Integrated Security'] = $true
    $builder['Connect Timeout'] = 15
    $builder['Application Name'] = 'Fettle'
    $connection = New-Object -TypeName System.Data.SqlClient.SqlConnection -ArgumentList $builder.ConnectionString
    try {
        $connection.Open()
        $command = $connection.CreateCommand()
        $command.CommandText = $Query
        $reader = $command.ExecuteReader()
        while ($reader.Read()) {
            $row = @{}
            for ($i = 0; $i -lt $reader.FieldCount; $i++) { $row[$reader.GetName($i)] = "$($reader.GetValue($i))" }
            $row
        }
    }
    finally { $connection.Dispose() }
}

function Get-FettleAvailabilityGroup {
    <#
    .SYNOPSIS
    Lists the availability groups with a replica on the host.
    .DESCRIPTION
    The partner is who carries on while this host is down: the primary, or, when this host is the primary, the first synchronous
    secondary. Databases are those of the partner where this replica knows them (a primary does), otherwise its own.
    #>
    [CmdletBinding()]
    param()

    $groupQuery = @'
SELECT ag.name, rs.role_desc AS role, gs.primary_replica AS [primary],
  COALESCE(CASE WHEN rs.role_desc = 'PRIMARY' THEN
    (SELECT TOP 1 r2.replica_server_name FROM sys.availability_replicas r2
     WHERE r2.group_id = ag.group_id AND r2.replica_id <> rs.replica_id
     ORDER BY r2.availability_mode DESC, r2.replica_server_name)
  ELSE gs.primary_replica END, '') AS partner
FROM sys.availability_groups ag
JOIN sys.dm_hadr_availability_replica_states rs ON rs.group_id = ag.group_id AND rs.is_local = 1
JOIN sys.dm_hadr_availability_group_states gs ON gs.group_id = ag.group_id
'@
    $databaseQuery = @'
SELECT ag.name AS [group], dc.database_name AS name, r.replica_server_name AS replica, ds.is_local AS local,
  ds.synchronization_state_desc AS synchronization, ds.synchronization_health_desc AS health
FROM sys.dm_hadr_database_replica_states ds
JOIN sys.availability_groups ag ON ag.group_id = ds.group_id
JOIN sys.availability_replicas r ON r.replica_id = ds.replica_id
JOIN sys.availability_databases_cluster dc ON dc.group_database_id = ds.group_database_id
'@
    $groups = foreach ($instance in @(Get-SqlInstance)) {
        $databases = @(Invoke-SqlRead -Instance $instance -Query $databaseQuery)
        foreach ($group in @(Invoke-SqlRead -Instance $instance -Query $groupQuery)) {
            $members = @($databases | Where-Object -FilterScript { $_['group'] -eq $group['name'] })
            $shown = @($members | Where-Object -FilterScript { $_['replica'] -eq $group['partner'] })
            if ($shown.Count -eq 0) { $shown = @($members | Where-Object -FilterScript { $_['local'] -eq 'True' }) }
            @{
                name           = $group['name']
                localRole      = $group['role']
                primaryReplica = $group['primary']
                partnerReplica = $group['partner']
                databases      = @($shown | ForEach-Object -Process { @{ name = $_['name']; synchronization = $_['synchronization']; health = $_['health'] } })
            }
        }
    }
    @{ groups = @($groups) }
}

function Get-FettleDomainControllerHealth {
    <#
    .SYNOPSIS
    Reads the health of the host as a domain controller.
    #>
    [CmdletBinding()]
    param()

    # 4 and 5: backup and primary domain controller.
    if ((Get-CimInstance -ClassName Win32_ComputerSystem).DomainRole -lt 4) { return @{ controller = $null } }
    $shares = @(Get-CimInstance -ClassName Win32_Share | ForEach-Object -Process { $_.Name })
    $netlogon = Get-Service -Name 'Netlogon'
    $ready = (Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Netlogon\Parameters').SysvolReady
    $neighbours = @(Get-CimInstance -Namespace 'root\MicrosoftActiveDirectory' -ClassName MSAD_ReplNeighbor)
    @{
        controller = @{
            netlogonShared      = ($shares -contains 'NETLOGON')
            sysvolShared        = ($shares -contains 'SYSVOL')
            # A paused Netlogon runs and does not advertise.
            advertising         = ("$($netlogon.Status)" -eq 'Running' -and $ready -eq 1)
            replicationFailures = @($neighbours | Where-Object -FilterScript { $_.NumConsecutiveSyncFailures -gt 0 }).Count
        }
    }
}

function Get-FettleHypervisorGuest {
    <#
    .SYNOPSIS
    Lists the virtual machines that run on the host.
    #>
    [CmdletBinding()]
    param()

    $guests = @()
    if (Get-Service -Name 'vmms' -ErrorAction SilentlyContinue) {
        $guests = @(Hyper-V\Get-VM | Where-Object -FilterScript { "$($_.State)" -eq 'Running' } | ForEach-Object -Process { $_.Name })
    }
    @{ guests = $guests }
}

function Test-FettleProbe {
    <#
    .SYNOPSIS
    Runs one health probe on the host.
    .DESCRIPTION
    A probe that fails is a result. Nothing but the probe itself can throw here, so whatever it throws is its failure.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [object] $Probe
    )

    $name = "$($Probe.kind) $($Probe.name)$($Probe.port)$($Probe.url)$($Probe.instance)"
    $ok = $false
    try {
        switch ($Probe.kind) {
            'service' {
                $state = "$((Get-Service -Name ([WildcardPattern]::Escape($Probe.name))).Status)"
                $ok = $state -eq 'Running'
                $detail = $state
            }
            'tcp' {
                $client = New-Object -TypeName System.Net.Sockets.TcpClient
                try { $ok = $client.ConnectAsync('localhost', [int] $Probe.port).Wait(5000) } finally { $client.Dispose() }
                $detail = if ($ok) { 'accepts connections' } else { 'no answer in 5 s' }
            }
            'http' {
                $status = Get-HttpStatus -Url $Probe.url
                $ok = $status -eq [int] $Probe.expectStatus
                $detail = "status $status"
            }
            'sql-login' {
                $ok = @(Invoke-SqlRead -Instance $Probe.instance -Query 'SELECT 1 AS one').Count -eq 1
                $detail = 'login works'
            }
            default { $detail = 'unknown kind of probe' }
        }
    }
    catch {
        $ok = $false
        $detail = $_.Exception.GetBaseException().Message
    }
    @{ probe = $name; ok = $ok; detail = $detail }
}

function Get-HttpStatus {
    <#
    .SYNOPSIS
    Status of a GET, also when it is not a good one.
    #>
    [CmdletBinding()]
    param([string] $Url)

    try { [int] (Invoke-WebRequest -Uri $Url -UseBasicParsing -TimeoutSec 15 -MaximumRedirection 0).StatusCode }
    catch {
        if (-not $_.Exception.Response) { throw }
        [int] $_.Exception.Response.StatusCode
    }
}

function Get-MonitoredInstance {
    <#
    .SYNOPSIS
    The monitoring objects of one name, on the endpoint.
    #>
    [CmdletBinding()]
    param([string] $Name)

    Import-Module -Name OperationsManager -Verbose:$false
    if (-not (Get-SCOMManagementGroupConnection | Where-Object -FilterScript { $_.IsActive })) {
        [void] (New-SCOMManagementGroupConnection -ComputerName $script:Endpoint)
    }
    $found = @(Get-SCOMClassInstance -DisplayName $Name)
    if ($found.Count -eq 0) {
        throw (New-FailureRecord -Id 'FettleMaintenanceRefused' -Message "The monitoring system knows no object named ${Name}: correct the inventory.")
    }
    $found
}

function Get-FettleMaintenance {
    <#
    .SYNOPSIS
    Tells whether monitored objects are in maintenance mode.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string[]] $Objects
    )

    $states = foreach ($object in $Objects) {
        $instances = @(Get-MonitoredInstance -Name $object)
        $on = @($instances | Where-Object -FilterScript { $_.InMaintenanceMode })
        $until = $null
        # One name may be several instances: all of them have to be in maintenance mode, and the first end counts.
        if ($on.Count -eq $instances.Count) {
            $ends = @($on | ForEach-Object -Process { $_.GetMaintenanceWindow().ScheduledEndTime } | Sort-Object)
            $until = ConvertTo-IsoTime -Time $ends[0]
        }
        @{ object = $object; inMaintenance = ($on.Count -eq $instances.Count); until = $until }
    }
    @{ objects = @($states) }
}

function Start-FettleMaintenance {
    <#
    .SYNOPSIS
    Starts or extends maintenance mode.
    .DESCRIPTION
    Five minutes at least. The end is passed with Kind=Utc: the cmdlets take it for local time otherwise.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [string[]] $Objects,
        [Parameter(Mandatory)] [string] $Until,
        [Parameter(Mandatory)] [AllowEmptyString()] [string] $Comment,
        [Parameter(Mandatory)] [string] $Key
    )

    $end = ConvertFrom-IsoTime -Text $Until
    $least = [datetime]::UtcNow.AddMinutes(6)
    if ($end -lt $least) { $end = $least }
    $text = "$Comment [$Key]"
    if ($text.Length -gt 500) { $text = $text.Substring(0, 500) }
    foreach ($object in $Objects) {
        foreach ($instance in @(Get-MonitoredInstance -Name $object)) {
            if (-not $PSCmdlet.ShouldProcess($object, 'Start maintenance mode')) { continue }
            if (-not $instance.InMaintenanceMode) {
                Start-SCOMMaintenanceMode -Instance $instance -EndTime $end -Reason PlannedOther -Comment $text
            }
            elseif ($instance.GetMaintenanceWindow().ScheduledEndTime -lt $end) {
                $entry = Get-SCOMMaintenanceMode -Instance $instance
                Set-SCOMMaintenanceMode -MaintenanceModeEntry $entry -EndTime $end -Comment $text
            }
        }
    }
    Get-FettleMaintenance -Objects $Objects
}

function Stop-FettleMaintenance {
    <#
    .SYNOPSIS
    Ends maintenance mode.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [string[]] $Objects,
        [Parameter(Mandatory)] [AllowEmptyString()] [string] $Comment,
        [Parameter(Mandatory)] [string] $Key
    )

    foreach ($object in $Objects) {
        foreach ($instance in @(Get-MonitoredInstance -Name $object)) {
            if ($instance.InMaintenanceMode -and $PSCmdlet.ShouldProcess($object, "End maintenance mode: $Comment [$Key]")) {
                $instance.StopMaintenanceMode([datetime]::UtcNow, [Microsoft.EnterpriseManagement.Common.TraversalDepth]::Recursive)
            }
        }
    }
    Get-FettleMaintenance -Objects $Objects
}

function Test-HyperVId {
    <#
    .SYNOPSIS
    Whether the id is a Hyper-V machine's (a GUID); VMware's is a managed object id such as VirtualMachine-vm-42.
    #>
    [CmdletBinding()]
    param([string] $VmId)

    $VmId -match '^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$'
}

function Connect-VMware {
    <#
    .SYNOPSIS
    Opens the session with the endpoint, by the account of this session or PowerCLI's own credential store.
    #>
    [CmdletBinding()]
    param()

    Import-Module -Name VMware.VimAutomation.Core -Verbose:$false
    [void] (Connect-VIServer -Server $script:Endpoint -Force)
}

function Get-FettleSnapshot {
    <#
    .SYNOPSIS
    Lists the snapshots of a virtual machine and the state of its datastore.
    .DESCRIPTION
    On Hyper-V the datastore is the path of a volume.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [AllowEmptyString()] [string] $VmId,
        [Parameter(Mandatory)] [AllowEmptyString()] [string] $Datastore
    )

    if (Test-HyperVId -VmId $VmId) {
        $found = @(Hyper-V\Get-VM -Id $VmId | Get-VMSnapshot)
        $snapshots = @($found | ForEach-Object -Process { @{ name = $_.Name; createdAt = ConvertTo-IsoTime -Time $_.CreationTime.ToUniversalTime(); comment = "$($_.Notes)" } })
        $freeGb = (Get-Volume -FilePath $Datastore).SizeRemaining / 1073741824
        $all = @(Hyper-V\Get-VM | Get-VMSnapshot | Where-Object -FilterScript { "$($_.Path)".StartsWith($Datastore, [StringComparison]::OrdinalIgnoreCase) })
    }
    else {
        Connect-VMware
        $found = @(VMware.VimAutomation.Core\Get-VM -Id $VmId | Get-Snapshot)
        $snapshots = @($found | ForEach-Object -Process { @{ name = $_.Name; createdAt = ConvertTo-IsoTime -Time $_.Created.ToUniversalTime(); comment = "$($_.Description)" } })
        $store = Get-Datastore -Name ([WildcardPattern]::Escape($Datastore))
        $freeGb = $store.FreeSpaceGB
        $all = @(VMware.VimAutomation.Core\Get-VM -Datastore $store | Get-Snapshot)
    }
    @{ snapshots = $snapshots; datastore = @{ name = $Datastore; freeGb = [Math]::Round([double] $freeGb, 1); snapshots = $all.Count } }
}

function New-FettleSnapshot {
    <#
    .SYNOPSIS
    Takes a snapshot of a virtual machine.
    .DESCRIPTION
    Hyper-V: ProductionOnly, since Production falls back to a Standard checkpoint silently. VMware: quiesced, and the answer says
    whether it was, since a machine without VMware Tools is not, silently.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [AllowEmptyString()] [string] $VmId,
        [Parameter(Mandatory)] [string] $Name,
        [Parameter(Mandatory)] [AllowEmptyString()] [string] $Comment,
        [Parameter(Mandatory)] [string] $Key
    )

    if (-not $PSCmdlet.ShouldProcess($VmId, "Take the snapshot $Name")) { return }
    try {
        if (Test-HyperVId -VmId $VmId) { New-HyperVSnapshot -VmId $VmId -Name $Name }
        else { New-VMwareSnapshot -VmId $VmId -Name $Name -Description "$Comment [$Key]" }
    }
    catch {
        throw (New-FailureRecord -Id 'FettleSnapshotFailed' -Message "The snapshot $Name was not taken: $($_.Exception.Message)")
    }
}

function New-HyperVSnapshot {
    <#
    .SYNOPSIS
    Takes a ProductionOnly checkpoint, or finds the one of that name. The machine keeps its own checkpoint type.
    #>
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '')]
    [CmdletBinding()]
    param([string] $VmId, [string] $Name)

    $machine = Hyper-V\Get-VM -Id $VmId
    $snapshot = Get-VMSnapshot -VM $machine | Where-Object -FilterScript { $_.Name -eq $Name } | Select-Object -First 1
    if (-not $snapshot) {
        $before = $machine.CheckpointType
        try {
            Set-VM -VM $machine -CheckpointType ProductionOnly
            $snapshot = Checkpoint-VM -VM $machine -SnapshotName $Name -Passthru
        }
        finally { Set-VM -VM $machine -CheckpointType $before }
    }
    $quiesced = "$($snapshot.SnapshotType)" -ne 'Standard'
    @{ name = $snapshot.Name; createdAt = ConvertTo-IsoTime -Time $snapshot.CreationTime.ToUniversalTime(); quiesced = $quiesced }
}

function New-VMwareSnapshot {
    <#
    .SYNOPSIS
    Takes a quiesced snapshot, or finds the one of that name.
    #>
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '')]
    [CmdletBinding()]
    param([string] $VmId, [string] $Name, [string] $Description)

    Connect-VMware
    $machine = VMware.VimAutomation.Core\Get-VM -Id $VmId
    $snapshot = Get-Snapshot -VM $machine | Where-Object -FilterScript { $_.Name -eq $Name } | Select-Object -First 1
    if (-not $snapshot) {
        $snapshot = New-Snapshot -VM $machine -Name $Name -Description $Description -Quiesce:$true -Memory:$false -Confirm:$false
    }
    @{ name = $snapshot.Name; createdAt = ConvertTo-IsoTime -Time $snapshot.Created.ToUniversalTime(); quiesced = [bool] $snapshot.Quiesced }
}

function Remove-FettleSnapshot {
    <#
    .SYNOPSIS
    Removes a snapshot of a virtual machine.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [AllowEmptyString()] [string] $VmId,
        [Parameter(Mandatory)] [string] $Name,
        [Parameter(Mandatory)] [string] $Key
    )

    if (-not $PSCmdlet.ShouldProcess($VmId, "Remove the snapshot $Name ($Key)")) { return }
    try {
        if (Test-HyperVId -VmId $VmId) {
            $snapshots = @(Hyper-V\Get-VM -Id $VmId | Get-VMSnapshot | Where-Object -FilterScript { $_.Name -eq $Name })
            $snapshots | Remove-VMSnapshot -Confirm:$false
        }
        else {
            Connect-VMware
            $snapshots = @(VMware.VimAutomation.Core\Get-VM -Id $VmId | Get-Snapshot | Where-Object -FilterScript { $_.Name -eq $Name })
            $snapshots | Remove-Snapshot -Confirm:$false
        }
    }
    catch {
        throw (New-FailureRecord -Id 'FettleSnapshotFailed' -Message "The snapshot $Name was not removed: $($_.Exception.Message)")
    }
    @{ removed = ($snapshots.Count -gt 0) }
}

Export-ModuleMember -Function *-Fettle*
