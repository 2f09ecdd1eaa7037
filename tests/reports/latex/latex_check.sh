#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# latex_check.sh ROBENCH RUN.json WORK_FOLDER
# Writes table.tex of a run and compiles it in a small article. Exits with 77, "skipped", where there is no
# pdflatex or a package is missing (apt-get install --no-install-recommends texlive-latex-base
# texlive-latex-recommended texlive-science).
set -u
robench=$1 run=$2 work=$3
skip() { printf 'SKIPPED: %s\n' "$*"; exit 77; }
command -v pdflatex >/dev/null || skip "no pdflatex (apt-get install texlive-latex-base)"
for style in booktabs siunitx; do
  kpsewhich "$style.sty" >/dev/null || skip "no $style.sty (texlive-latex-recommended, texlive-science)"
done
mkdir -p "$work" || exit 3
"$robench" report "$run" --as latex --out "$work/table.tex" || exit 1
cat >"$work/paper.tex" <<'TEX'
\documentclass{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage[margin=2cm]{geometry}
\usepackage{booktabs}
\usepackage[detect-weight]{siunitx}
\begin{document}
\input{table}
\end{document}
TEX
cd "$work" || exit 3
pdflatex -interaction=nonstopmode -halt-on-error paper.tex >compile.txt 2>&1 ||
  { grep -A3 '^!' compile.txt; exit 1; }
# Text that runs over the margin is not seen by the compiler as an error.
if grep -E '^Overfull \\hbox \(([2-9][0-9]|[0-9]{3,})' compile.txt; then echo "the table is wider than the page"; exit 1; fi
echo "compiled: $work/paper.pdf"
