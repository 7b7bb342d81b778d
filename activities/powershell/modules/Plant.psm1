# Host module of the simulated plant: each function is one REST call to $env:FETTLE_PLANT_URL.
# It exports the same functions with the same parameters as Windows.psm1. Windows PowerShell 5.1 syntax only.
# What remoting would say of a real host is said by error id: FettlePlantUnreachable (nothing ran), FettlePlantLost.

$script:HostName = ''

function New-PlantError {
    <#
    .SYNOPSIS
    Makes the error record for a bad answer of the plant.
    #>
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '')]
    [CmdletBinding()]
    param([string] $Message, [string] $HResult, [string] $Id)

    if ($HResult -match '^0x[0-9A-Fa-f]{1,8}$') {
        $code = [Convert]::ToInt32($HResult.Substring(2), 16)
        $exception = New-Object -TypeName System.Runtime.InteropServices.COMException -ArgumentList $Message, $code
    }
    else {
        $exception = New-Object -TypeName System.InvalidOperationException -ArgumentList $Message
    }
    New-Object -TypeName System.Management.Automation.ErrorRecord -ArgumentList $exception, $Id, 'OperationStopped', $script:HostName
}

function Invoke-PlantVerb {
    <#
    .SYNOPSIS
    Calls one verb of the plant on the connected host.
    #>
    [CmdletBinding()]
    param([string] $Verb, [hashtable] $Body = @{})

    $address = "$env:FETTLE_PLANT_URL/hosts/" + [Uri]::EscapeDataString($script:HostName) + "/$Verb"
    $bytes = [Text.Encoding]::UTF8.GetBytes((ConvertTo-Json -InputObject $Body -Depth 10 -Compress))
    try {
        Invoke-RestMethod -Method Post -Uri $address -ContentType 'application/json; charset=utf-8' -Body $bytes
    }
    catch {
        $status = 503
        if ($_.Exception.Response) { $status = [int] $_.Exception.Response.StatusCode }
        $message = $_.Exception.Message
        $hresult = ''
        $id = 'FettlePlantFailed'
        if ($_.ErrorDetails -and $_.ErrorDetails.Message -like '{*') {
            $told = (ConvertFrom-Json -InputObject $_.ErrorDetails.Message).error
            if ($told.message) { $message = $told.message }
            if ($told.hresult) { $hresult = $told.hresult }
            if ($told.id) { $id = $told.id }
        }
        if ($status -eq 503) { $id = 'FettlePlantUnreachable' }
        if ($status -eq 410) { $id = 'FettlePlantLost' }
        throw (New-PlantError -Message $message -HResult $hresult -Id $id)
    }
}

function Connect-FettleHost {
    <#
    .SYNOPSIS
    Says which host the following functions act on.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] $Name)

    $script:HostName = $Name
}

function Connect-FettleEndpoint {
    <#
    .SYNOPSIS
    Says which management endpoint the following functions act on.
    #>
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] $Name)

    $script:HostName = $Name
}

function Get-FettleBootTime {
    <#
    .SYNOPSIS
    Reads when the host was started last.
    #>
    [CmdletBinding()]
    param()

    Invoke-PlantVerb -Verb 'Get-FettleBootTime'
}

function Get-FettlePendingReboot {
    <#
    .SYNOPSIS
    Lists why a reboot is pending.
    #>
    [CmdletBinding()]
    param()

    Invoke-PlantVerb -Verb 'Get-FettlePendingReboot'
}

function Get-FettleService {
    <#
    .SYNOPSIS
    Lists the services with their state and start type.
    #>
    [CmdletBinding()]
    param()

    Invoke-PlantVerb -Verb 'Get-FettleService'
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

    if ($PSCmdlet.ShouldProcess($script:HostName, 'Start the service')) {
        Invoke-PlantVerb -Verb 'Start-FettleService' -Body @{ name = $Name }
    }
}

function Get-FettleDisk {
    <#
    .SYNOPSIS
    Reads the free space of the system drive.
    #>
    [CmdletBinding()]
    param()

    Invoke-PlantVerb -Verb 'Get-FettleDisk'
}

function Get-FettleBackup {
    <#
    .SYNOPSIS
    Tells when the last verified backup was made.
    #>
    [CmdletBinding()]
    param()

    Invoke-PlantVerb -Verb 'Get-FettleBackup'
}

function Get-FettleInstallerState {
    <#
    .SYNOPSIS
    Tells whether the update installer is busy, servicing runs or a reboot is required.
    #>
    [CmdletBinding()]
    param()

    Invoke-PlantVerb -Verb 'Get-FettleInstallerState'
}

function Get-FettleOfferedUpdate {
    <#
    .SYNOPSIS
    Searches for the updates that the host is offered.
    #>
    [CmdletBinding()]
    param()

    Invoke-PlantVerb -Verb 'Get-FettleOfferedUpdate'
}

function Get-FettleInstalledUpdate {
    <#
    .SYNOPSIS
    Lists the updates that the host has.
    #>
    [CmdletBinding()]
    param()

    Invoke-PlantVerb -Verb 'Get-FettleInstalledUpdate'
}

function Start-FettleUpdateTask {
    <#
    .SYNOPSIS
    Starts the detached task that installs updates.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [string] $TaskName,
        [Parameter(Mandatory)] [string] $Key,
        [Parameter(Mandatory)] [object[]] $Updates,
        [Parameter(Mandatory)] [int] $TimeLimitMinutes
    )

    if ($PSCmdlet.ShouldProcess($script:HostName, 'Install updates')) {
        Invoke-PlantVerb -Verb 'Start-FettleUpdateTask' -Body @{ taskName = $TaskName; key = $Key; updates = @($Updates); timeLimitMinutes = $TimeLimitMinutes }
    }
}

function Get-FettleUpdateProgress {
    <#
    .SYNOPSIS
    Tells how far the update task is.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $TaskName
    )

    Invoke-PlantVerb -Verb 'Get-FettleUpdateProgress' -Body @{ taskName = $TaskName }
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

    Invoke-PlantVerb -Verb 'Get-FettleUpdateHistory' -Body @{ since = $Since }
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

    if ($PSCmdlet.ShouldProcess($script:HostName, 'Remove the update task')) {
        Invoke-PlantVerb -Verb 'Remove-FettleUpdateTask' -Body @{ taskName = $TaskName }
    }
}

function Restart-FettleHost {
    <#
    .SYNOPSIS
    Asks the host for its reboot.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [string] $Key,
        [Parameter(Mandatory)] [AllowEmptyString()] [string] $Reason
    )

    if ($PSCmdlet.ShouldProcess($script:HostName, 'Reboot')) {
        Invoke-PlantVerb -Verb 'Restart-FettleHost' -Body @{ key = $Key; reason = $Reason }
    }
}

function Get-FettleClusterState {
    <#
    .SYNOPSIS
    Reads the state of the host as a cluster node.
    #>
    [CmdletBinding()]
    param()

    Invoke-PlantVerb -Verb 'Get-FettleClusterState'
}

function Get-FettleAvailabilityGroup {
    <#
    .SYNOPSIS
    Lists the availability groups with a replica on the host.
    #>
    [CmdletBinding()]
    param()

    Invoke-PlantVerb -Verb 'Get-FettleAvailabilityGroup'
}

function Get-FettleDomainControllerHealth {
    <#
    .SYNOPSIS
    Reads the health of the host as a domain controller.
    #>
    [CmdletBinding()]
    param()

    Invoke-PlantVerb -Verb 'Get-FettleDomainControllerHealth'
}

function Get-FettleHypervisorGuest {
    <#
    .SYNOPSIS
    Lists the virtual machines that run on the host.
    #>
    [CmdletBinding()]
    param()

    Invoke-PlantVerb -Verb 'Get-FettleHypervisorGuest'
}

function Test-FettleProbe {
    <#
    .SYNOPSIS
    Runs one health probe on the host.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [object] $Probe
    )

    Invoke-PlantVerb -Verb 'Test-FettleProbe' -Body @{ probe = $Probe }
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

    Invoke-PlantVerb -Verb 'Get-FettleMaintenance' -Body @{ objects = @($Objects) }
}

function Start-FettleMaintenance {
    <#
    .SYNOPSIS
    Starts or extends maintenance mode.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [string[]] $Objects,
        [Parameter(Mandatory)] [string] $Until,
        [Parameter(Mandatory)] [AllowEmptyString()] [string] $Comment,
        [Parameter(Mandatory)] [string] $Key
    )

    if ($PSCmdlet.ShouldProcess($script:HostName, 'Start maintenance mode')) {
        Invoke-PlantVerb -Verb 'Start-FettleMaintenance' -Body @{ objects = @($Objects); until = $Until; comment = $Comment; key = $Key }
    }
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

    if ($PSCmdlet.ShouldProcess($script:HostName, 'End maintenance mode')) {
        Invoke-PlantVerb -Verb 'Stop-FettleMaintenance' -Body @{ objects = @($Objects); comment = $Comment; key = $Key }
    }
}

function Get-FettleSnapshot {
    <#
    .SYNOPSIS
    Lists the snapshots of a virtual machine and the state of its datastore.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [AllowEmptyString()] [string] $VmId,
        [Parameter(Mandatory)] [AllowEmptyString()] [string] $Datastore
    )

    Invoke-PlantVerb -Verb 'Get-FettleSnapshot' -Body @{ vmId = $VmId; datastore = $Datastore }
}

function New-FettleSnapshot {
    <#
    .SYNOPSIS
    Takes a snapshot of a virtual machine.
    #>
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [AllowEmptyString()] [string] $VmId,
        [Parameter(Mandatory)] [string] $Name,
        [Parameter(Mandatory)] [AllowEmptyString()] [string] $Comment,
        [Parameter(Mandatory)] [string] $Key
    )

    if ($PSCmdlet.ShouldProcess($script:HostName, 'Take a snapshot')) {
        Invoke-PlantVerb -Verb 'New-FettleSnapshot' -Body @{ vmId = $VmId; name = $Name; comment = $Comment; key = $Key }
    }
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

    if ($PSCmdlet.ShouldProcess($script:HostName, 'Remove a snapshot')) {
        Invoke-PlantVerb -Verb 'Remove-FettleSnapshot' -Body @{ vmId = $VmId; name = $Name; key = $Key }
    }
}

Export-ModuleMember -Function *-Fettle*
