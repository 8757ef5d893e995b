#!/usr/bin/env bash
# Checks and measures a GPU, where one is to be had.
#
#   benchmarks/gpu.sh publish [FOLDER]     makes one file that needs nothing but the display driver (artifacts/gpu), with this script and
#                                          PyTorch's side of the race beside it: copy the folder to the machine with the GPU
#   benchmarks/gpu.sh [OPTIONS]            runs it: first whether the device computes what the processor does (every formula bit by bit,
#                                          operations and gradients at large shapes, more than 2^31 elements), then ptxas over the kernels
#                                          if a CUDA toolkit is there, then the tables, beside PyTorch's if python3 has torch with CUDA
#
# OPTIONS are those of the program (--help): --device gpu, gpu:1 or ilgpu-cpu, --quick, --checks, --out DIR. The exit code is 0 if all
# checks passed. results.txt, results.json and the kernels' PTX are left in the output folder (gpu-results).
set -eu
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
program=DeepLearning.Gpu.DeviceTest

if [ "${1:-}" = publish ]; then
  cd "$here/.."
  folder="${2:-artifacts/gpu}"
  case "$(uname -s)" in Linux) os=linux ;; *) os=win ;; esac
  dotnet publish "tests/$program" -c Release -r "${GPU_RUNTIME:-$os-x64}" --self-contained -o "$folder" -v:q -clp:NoSummary \
    -p:PublishSingleFile=true -p:DebugType=none -warnaserror
  rm -f "$folder"/*.xml "$folder"/*.pdb
  cp "$here/gpu.sh" "$here/peers/torch_workloads.py" "$folder"
  echo "$folder: $(du -sh "$folder" | cut -f1); run $folder/gpu.sh on the machine with the GPU"
  exit
fi

for folder in "$here" "$here/../artifacts/gpu"; do
  [ ! -x "$folder/$program" ] || break
done
[ -x "$folder/$program" ] || { echo "There is no $program here; make it with: benchmarks/gpu.sh publish" >&2; exit 2; }

peer=()
python="${PYTHON:-python3}"
if "$python" -c 'import torch, sys; sys.exit(not torch.cuda.is_available())' 2> /dev/null; then
  peer=(--python "$python" --peer "$folder/torch_workloads.py")
fi
exec "$folder/$program" "${peer[@]}" "$@"
