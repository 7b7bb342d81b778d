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
