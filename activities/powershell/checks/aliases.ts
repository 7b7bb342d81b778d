/**
 * Aliases of Windows PowerShell 5.1 and PowerShell 7, in lower case. What an alias means differs between versions and machines
 * (`curl`, `sc`, `ls`), so scripts write names out.
 */
export const ALIASES: ReadonlySet<string> = new Set(
  `% ? ac asnp cat cd chdir clc clear clhy cli clp cls clv cnsn compare copy cp cpi cpp curl cvpa dbp del diff dir dnsn ebp echo
  epal epcsv epsn erase etsn exsn fc fhx fl foreach ft fw gal gbp gc gcb gci gcim gcls gcm gcs gdr gerr ghy gi gin gjb gl gm gmo
  gp gps gpv group gsn gsnp gsv gtz gu gv gwmi h history icim icm iex ihy ii ipal ipcsv ipmo ipsn irm ise iwmi iwr kill lp ls man
  md measure mi mount move mp mv nal ndr ni nmo nsn nv nwsn ogv oh popd ps pushd pwd r rbp rcim rcjb rcsn rd rdr ren ri rjb rm
  rmdir rmo rni rnp rp rsn rsnp rujb rv rvpa rwmi sajb sal saps sasv sbp sc scb scim select set shcm si sl sleep sls sort sp spjb
  spps spsv start stz sujb sv swmi tee trcm type wget where wjb write`.split(/\s+/),
);
