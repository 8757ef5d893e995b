using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using DeepLearning.Backends.Gpu;
using ILGPU.Runtime.Cuda;

namespace DeepLearning.DeviceTest;

/// <summary>Writes the texts of the kernels that ran, and where a CUDA toolkit is there, assembles them: registers and spills.</summary>
internal static partial class Assembler
{
    public static void Run(Report report, IReadOnlyList<MethodInfo> kernels, string folder, string architecture)
    {
        Directory.CreateDirectory(folder);
        string? assembler = Find();
        report.Say($"{kernels.Count} kernels ran; their texts are in {folder}"
            + (assembler is null ? "; ptxas was not found, so registers are not known" : $", assembled by {assembler} for {architecture}"));
        using PtxCompiler compiler = new(CudaArchitecture.SM_80, CudaInstructionSet.ISA_80);
        int number = 0, spilling = 0, most = 0;
        foreach (MethodInfo kernel in kernels.OrderBy(static kernel => kernel.Name, StringComparer.Ordinal))
        {
            string name = FormattableString.Invariant($"{++number:000}-{Name(kernel)}");
            string path = Path.Combine(folder, name + ".ptx");
            string? text = null;
            try
            {
                text = compiler.Compile(kernel);
            }
            catch (Exception error) when (error is ILGPU.InternalCompilerException or NotSupportedException or InvalidOperationException)
            {
                report.Check("ptx", name, () => error.Message.Split('\n')[0]);
            }

            if (text is null)
            {
                continue;
            }

            File.WriteAllText(path, $"// {kernel.DeclaringType} {kernel}\n{text}");
            if (assembler is null)
            {
                continue;
            }

            string found = Assemble(assembler, architecture, path, out bool isRight);
            if (!isRight)
            {
                report.Check("ptx", name, () => found.Split('\n')[0]);
                continue;
            }

            int registers = NumberOf(Registers(), found), spills = NumberOf(Spills(), found);
            spilling += spills > 0 ? 1 : 0;
            most = Math.Max(most, registers);
            if (spills > 0 || registers > 128)
            {
                report.Figure("ptxas", name, registers, "registers", $"{spills} bytes spilled");
            }
        }

        if (assembler is not null)
        {
            report.Figure("ptxas", "most registers", most, "registers", $"{spilling} kernels spill");
        }
    }

    private static string Name(MethodInfo kernel)
    {
        IEnumerable<string> arguments = kernel.IsGenericMethod ? kernel.GetGenericArguments().Select(static type => type.Name) : [];
        string name = string.Join('-', [kernel.Name, .. arguments]);
        return Strange().Replace(name.Length > 90 ? name[..90] : name, "");
    }

    private static string? Find()
    {
        string file = OperatingSystem.IsWindows() ? "ptxas.exe" : "ptxas";
        IEnumerable<string?> folders =
        [
            .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator),
            Environment.GetEnvironmentVariable("CUDA_HOME") is { } home ? Path.Combine(home, "bin") : null,
            Environment.GetEnvironmentVariable("CUDA_PATH") is { } path ? Path.Combine(path, "bin") : null,
            "/usr/local/cuda/bin",
        ];
        return folders.OfType<string>().Where(static folder => folder.Length > 0).Select(folder => Path.Combine(folder, file))
            .FirstOrDefault(File.Exists);
    }

    private static string Assemble(string assembler, string architecture, string path, out bool isRight)
    {
        ProcessStartInfo start = new(assembler, ["-v", "--gpu-name", architecture, "-o", path + ".cubin", path])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            string errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            File.Delete(path + ".cubin");
            isRight = process.ExitCode == 0;
            return errors + output.Result;
        }
        catch (Win32Exception error)
        {
            isRight = false;
            return error.Message;
        }
    }

    private static int NumberOf(Regex pattern, string text) => pattern.Matches(text)
        .Select(static match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)).DefaultIfEmpty(0).Max();

    [GeneratedRegex(@"Used (\d+) registers")]
    private static partial Regex Registers();

    [GeneratedRegex(@"(\d+) bytes spill stores")]
    private static partial Regex Spills();

    [GeneratedRegex(@"[^\w\-]")]
    private static partial Regex Strange();
}
