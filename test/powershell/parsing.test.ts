import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { powerShellFiles } from '../../activities/powershell/manifest.ts';
import { checkoutDir } from '../../workers/checkout.ts';
import { temporaryFile } from '../temporary.ts';
import { because, noRealShell, realShell } from './shells.ts';

/** PowerShell statements that call `Write-Fault` for each token and node that came after Windows PowerShell 5.1. */
const NEWER_THAN_5_1 = `
  foreach ($t in $tokens) {
    if ($t.Kind -in 'QuestionQuestion', 'QuestionQuestionEquals', 'QuestionDot', 'QuestionLBracket', 'AndAnd', 'OrOr', 'Clean') { Write-Fault $t.Extent $t.Text }
  }
  $nodes = $ast.FindAll({ $args[0] -is [Management.Automation.Language.TernaryExpressionAst] -or ($args[0] -is [Management.Automation.Language.PipelineAst] -and $args[0].Background) }, $true)
  foreach ($n in $nodes) { Write-Fault $n.Extent $n.Extent.Text }`;

/** What `judge`, PowerShell that knows `$ast`, `$tokens` and `$errors`, says of each file. */
function faultsIn(paths: string[], judge: string): string[] {
  const script = `$ErrorActionPreference = 'Stop'
    function Write-Fault($Extent, $Text) { "$($path):$($Extent.StartLineNumber): $Text" }
    foreach ($path in $input) { $tokens = $errors = $null
      $ast = [Management.Automation.Language.Parser]::ParseFile([IO.Path]::Combine($PWD, $path), [ref] $tokens, [ref] $errors)
      ${judge} }`;
  const args = ['-NoProfile', '-NonInteractive', '-Command', script];
  const input = paths.join('\n');
  return execFileSync(realShell() ?? '', args, { cwd: checkoutDir, encoding: 'utf8', input }).match(/.+/g) ?? [];
}

describe.skipIf(noRealShell !== null)(`PowerShell's own parser${because(noRealShell)}`, () => {
  test('reads every script and module of the checkout', () => {
    const paths = powerShellFiles(checkoutDir);
    expect(faultsIn(paths, 'foreach ($e in $errors) { Write-Fault $e.Extent $e.Message }')).toEqual([]);
    expect(paths.length).toBeGreaterThan(50);
  });

  test('finds nothing that Windows PowerShell 5.1 does not know in what goes to a target', async () => {
    const paths = powerShellFiles(checkoutDir).filter((path) => !path.endsWith('dispatcher.ps1'));
    const newer = await temporaryFile(
      '$a ?? 1; $a ??= 1; ${a}?.b; ${a}?[0]; (1 -eq 2) ? 1 : 2; 1 && 2; 1 || 2; Get-Date &',
    );
    expect(faultsIn([newer], NEWER_THAN_5_1)).toHaveLength(8);
    expect(faultsIn(paths, NEWER_THAN_5_1)).toEqual([]);
  });
});
