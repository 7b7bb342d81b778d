# Last in either host module. A function of a module does not see the preferences of the script that calls it, so they are set here
# for all of them: otherwise an error of a cmdlet would be passed over, and progress would get into the output.
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

# Only these functions are seen by a script. The others serve the module itself.
Export-ModuleMember -Function *-Fettle*
