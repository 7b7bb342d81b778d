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
