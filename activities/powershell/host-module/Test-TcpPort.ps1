function Test-TcpPort {
    <#
    .SYNOPSIS
    Whether the port of this host accepts connections, on the loopback address or on the host's own.
    #>
    [CmdletBinding()]
    param([int] $Port)

    foreach ($name in 'localhost', $env:COMPUTERNAME) {
        $client = New-Object -TypeName System.Net.Sockets.TcpClient
        try { if ($client.ConnectAsync($name, $Port).Wait(5000)) { return $true } }
        catch { Write-Verbose -Message "$name port ${Port}: $($_.Exception.GetBaseException().Message)" }
        finally { $client.Dispose() }
    }
    $false
}
