using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using DeepLearning.Tests.Infrastructure;
using DeepLearning.Tests.Training.Terminal.Infrastructure;
using DeepLearning.Training;

namespace DeepLearning.Tests.Training.Terminal;

/// <summary>Signals to a training program, real ones, which only Unix can send to another process.</summary>
[Trait("Category", "Slow")]
public sealed partial class SignalTests
{
    private const int Interrupt = 2, Terminate = 15, Epochs = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData(Interrupt, 130, "Ctrl-C", "plain")]
    [InlineData(Interrupt, 130, "Ctrl-C", "live")]
    [InlineData(Terminate, 143, "SIGTERM", "plain")]
    public void A_signal_ends_after_the_batch_and_the_same_command_goes_on_bit_for_bit(int signal, int exitCode, string name, string view)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using TemporaryFolder folder = new();
        string path = folder["run.safetensors"];
        using (Child child = new(path, Epochs, 50, view))
        {
            child.WaitFor(ChildProgram.Ready);
            child.Send(signal);
            Assert.Equal(exitCode, child.WaitForExit());
            Assert.Contains(
                $"{name}: ending after this batch; once more ends the program at once.", child.Output, StringComparison.Ordinal);
            Assert.Matches($"Ended by {name} in epoch 2 after [1-8] of 8 batches[.]", child.Output);
            Assert.Contains($"The checkpoint is {path}: the same command resumes.", child.Output, StringComparison.Ordinal);
            Assert.True(view == "plain" ? !child.Output.Contains('\e') : ShowsCursor(child.Output), child.Output);
        }

        Problem.Net interrupted = Problem.Model();
        Trainer loaded = Problem.Trainer(interrupted, path, new BestModel("val_accuracy"));
        Assert.True(loaded.TryResume());
        Assert.Equal(1, loaded.Epoch);
        Assert.InRange(loaded.Batch, 1, 8);

        using (Child child = new(path, Epochs, 0, view))
        {
            Assert.Equal(0, child.WaitForExit());
            Assert.Contains($"Resumed from {path}: in epoch 2 after {loaded.Batch} batch", child.Output, StringComparison.Ordinal);
        }

        using (Child child = new(folder["other.safetensors"], Epochs, 0, view))
        {
            Assert.Equal(0, child.WaitForExit());
        }

        Assert.Equal(Model(folder["other.safetensors"]), Model(path));
    }

    [Fact]
    public void The_second_signal_ends_the_process_at_once()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using TemporaryFolder folder = new();
        using Child child = new(folder["run.safetensors"], Epochs, 60_000, "live");
        child.WaitFor("batch 0/8");
        child.Send(Interrupt);
        child.WaitFor("once more ends the program at once");
        Stopwatch watch = Stopwatch.StartNew();
        child.Send(Interrupt);
        Assert.Equal(128 + Interrupt, child.WaitForExit());
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(30));
        Assert.True(ShowsCursor(child.Output), child.Output);
    }

    [Fact]
    public void After_the_training_a_signal_ends_the_program_as_ever()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using TemporaryFolder folder = new();
        using Child child = new(folder["run.safetensors"], 1, 0, "plain", "after");
        child.WaitFor(ChildProgram.Over);
        child.Send(Interrupt);
        Assert.Equal(128 + Interrupt, child.WaitForExit());
        Assert.DoesNotContain("ending after this batch", child.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_exception_that_nobody_catches_is_printed_below_the_view()
    {
        using TemporaryFolder folder = new();
        using Child child = new(folder["run.safetensors"], Epochs, 0, "live", "fail");
        Assert.NotEqual(0, child.WaitForExit());
        Assert.Contains(
            "Unhandled exception. System.InvalidOperationException: The training failed.", child.Errors, StringComparison.Ordinal);
        Assert.True(ShowsCursor(child.Output), child.Output);
    }

    private static bool ShowsCursor(string output) =>
        output.LastIndexOf("\e[?25h", StringComparison.Ordinal) > output.LastIndexOf("\e[?25l", StringComparison.Ordinal);

    private static byte[] Model(string checkpoint)
    {
        Problem.Net model = Problem.Model();
        Problem.Trainer(model, callbacks: new BestModel("val_accuracy")).LoadCheckpoint(checkpoint);
        return Problem.Bits(model);
    }

    /// <summary>The training program as a process.</summary>
    private sealed partial class Child : IDisposable
    {
        private readonly Process _process;
        private readonly StringBuilder _output = new();
        private readonly Task _reading;
        private readonly Task<string> _errors;

        public Child(string checkpoint, int epochs, int milliseconds, params string[] arguments)
        {
            ProcessStartInfo start = new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                RedirectStandardInput = true,
            };
            string program = typeof(Child).Assembly.Location;
            foreach (string argument in (string[])[program, checkpoint, $"{epochs}", $"{milliseconds}", .. arguments])
            {
                start.ArgumentList.Add(argument);
            }

            // A core dump of the test that throws is of no use.
            start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
            start.Environment["TERM"] = "xterm";
            HeedInterrupts();
            _process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
            _process.StandardInput.Close();
            _reading = Task.Run(Read);
            _errors = _process.StandardError.ReadToEndAsync();
        }

        public string Output
        {
            get
            {
                lock (_output)
                {
                    return _output.ToString();
                }
            }
        }

        public string Errors => _errors.GetAwaiter().GetResult();

        public void WaitFor(string text)
        {
            Stopwatch watch = Stopwatch.StartNew();
            while (!Output.Contains(text, StringComparison.Ordinal))
            {
                Assert.True(watch.Elapsed < Patience && !_reading.Wait(10), $"'{text}' did not come:\n{Output}");
            }
        }

        public void Send(int signal) => Assert.Equal(0, Kill(_process.Id, signal));

        public int WaitForExit()
        {
            Assert.True(_process.WaitForExit(Patience), $"The program did not end:\n{Output}");
            _reading.Wait(Patience);
            return _process.ExitCode;
        }

        public void Dispose()
        {
            if (!_process.HasExited)
            {
                _process.Kill(entireProcessTree: true);
            }

            _process.Dispose();
        }

        private void Read()
        {
            char[] buffer = new char[4096];
            for (int count; (count = _process.StandardOutput.Read(buffer)) > 0;)
            {
                lock (_output)
                {
                    _output.Append(buffer, 0, count);
                }
            }
        }

        /// <summary>
        /// What a script starts in the background ignores Ctrl-C, and so do the programs that it starts, until one asks for the default.
        /// </summary>
        private static void HeedInterrupts()
        {
            const string Status = "/proc/self/status", Ignored = "SigIgn:";
            string? line = File.Exists(Status)
                ? File.ReadLines(Status).FirstOrDefault(static line => line.StartsWith(Ignored, StringComparison.Ordinal))
                : null;
            if (line is not null
                && ulong.Parse(line.AsSpan(Ignored.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) is var mask
                && (mask & (1UL << (Interrupt - 1))) != 0)
            {
                Signal(Interrupt, 0);
            }
        }

        [LibraryImport("libc", EntryPoint = "signal")]
        private static partial nint Signal(int signal, nint handler);

        [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
        private static partial int Kill(int process, int signal);
    }
}
