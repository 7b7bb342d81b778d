# Last in either host module: only these functions are seen by a script. The others serve the module itself.
Export-ModuleMember -Function *-Fettle*
