function ConvertFrom-IsoTime {
    <#
    .SYNOPSIS
    The instant of an ISO 8601 text, as a DateTime of kind Utc.
    #>
    [CmdletBinding()]
    param([string] $Text)

    [datetimeoffset]::Parse($Text, [cultureinfo]::InvariantCulture).UtcDateTime
}
