function Get-HttpStatus {
    <#
    .SYNOPSIS
    Status of a GET, also when it is not a good one. A redirect is a status too and is not followed.
    .DESCRIPTION
    Not by Invoke-WebRequest: of a redirect that it may not follow Windows PowerShell keeps no status.
    #>
    [CmdletBinding()]
    param([string] $Url)

    # Windows PowerShell on Windows Server 2016 offers TLS 1.0 at most; 0 leaves it to the system.
    $offered = [Net.ServicePointManager]::SecurityProtocol
    if ([int] $offered -ne 0) { [Net.ServicePointManager]::SecurityProtocol = $offered -bor [Net.SecurityProtocolType]::Tls12 }
    $request = [Net.WebRequest]::Create($Url)
    $request.AllowAutoRedirect = $false
    $request.Timeout = 15000
    try { $response = $request.GetResponse() }
    catch {
        $failed = $_.Exception
        while ($failed -and $failed -isnot [Net.WebException]) { $failed = $failed.InnerException }
        if (-not $failed -or -not $failed.Response) { throw }
        $response = $failed.Response
    }
    try { [int] $response.StatusCode }
    finally { $response.Dispose() }
}
