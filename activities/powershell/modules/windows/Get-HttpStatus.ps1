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
