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
