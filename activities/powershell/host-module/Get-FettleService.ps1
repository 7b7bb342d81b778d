function Get-FettleService {
    <#
    .SYNOPSIS
    Lists the services with their state and start type.
    .DESCRIPTION
    Without the services of single users: their names change with each sign-in, so none of them is there again after a reboot.
    Without those that Windows itself cannot tell the state or start type of.
    #>
    [CmdletBinding()]
    param()

    # 0x40 is the bit that SERVICE_USER_OWN_PROCESS and SERVICE_USER_SHARE_PROCESS have and no other type has.
    $ofUsers = @(Get-Service -ErrorAction SilentlyContinue | Where-Object -FilterScript { [int] $_.ServiceType -band 0x40 } | ForEach-Object -Process { $_.Name })
    $services = Get-CimInstance -ClassName Win32_Service | Where-Object -FilterScript {
        $ofUsers -notcontains $_.Name -and $_.State -ne 'Unknown' -and $_.StartMode -in 'Auto', 'Manual', 'Disabled'
    }
    @{ services = @($services | ForEach-Object -Process { ConvertTo-ServiceFact -Service $_ }) }
}
