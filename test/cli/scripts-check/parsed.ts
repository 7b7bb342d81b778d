import { loadParser } from '../../../cli/scripts-check/syntax/parse.ts';

/** Parses the text of a file as the checks do. */
export const parsed = await loadParser();

/** A script with these parameters and this body, which every rule allows. */
export function script(parameters = '[Parameter(Mandatory)] [string] $Name', body = '$Name'): string {
  return `<#\n.SYNOPSIS\nReads a thing.\n.PARAMETER Name\nIts name.\n#>\n[CmdletBinding()]\nparam(\n    ${parameters}\n)\n\n${body}\n`;
}
