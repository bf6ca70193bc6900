// Unpacks the Chromium of the npm package @sparticuz/chromium (Linux on x64), once for all tests: chromium, the libraries that a bare
// system lacks, and fonts. Its only argument is the folder to put them in.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync } from "node:zlib";

const folder = resolve(process.argv[2]), coming = `${folder}.${process.pid}`;
const unpacked = (part) => brotliDecompressSync(readFileSync(fileURLToPath(new URL(`../../node_modules/@sparticuz/chromium/bin/${part}.br`, import.meta.url))));

if (process.platform === "linux" && process.arch === "x64" && !existsSync(folder)) {
  mkdirSync(coming, { recursive: true });
  writeFileSync(join(coming, "chromium"), unpacked("chromium"), { mode: 0o755 });
  for (const part of ["fonts.tar", "al2023.tar"]) execFileSync("tar", ["--extract", "--no-same-owner", "--directory", coming], { input: unpacked(part) });
  // The package's own looks for fonts where Amazon's machines have them.
  writeFileSync(join(coming, "fonts.conf"), `<?xml version="1.0"?>\n<fontconfig><dir>${folder}/fonts</dir><cachedir>${folder}/fonts-cache</cachedir></fontconfig>\n`);
  // A crash before leaves no half of a browser behind under its name; of two at once the second finds it there.
  try {
    renameSync(coming, folder);
  } catch (fault) {
    rmSync(coming, { recursive: true });
    if (!existsSync(folder)) throw fault;
  }
}
