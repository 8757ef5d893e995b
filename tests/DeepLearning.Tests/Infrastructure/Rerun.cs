using System.Diagnostics;

namespace DeepLearning.Tests.Infrastructure;

/// <summary>The parent's side of a rerun: starts this test assembly as a program, in another environment.</summary>
internal static class Rerun
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>Runs the tests marked with the trait <c>Rerun=name</c> in a child process and fails with what it printed.</summary>
    /// <param name="name">The value of the trait.</param>
    /// <param name="environment">What is set in the child in addition to this process's environment.</param>
    public static string Tests(string name, params (string Name, string Value)[] environment)
    {
        ProcessStartInfo start = new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.ArgumentList.Add(typeof(Rerun).Assembly.Location);
        start.ArgumentList.Add(name);
        foreach ((string variable, string value) in environment)
        {
            start.Environment[variable] = value;
        }

        using Process child = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
        child.StandardInput.Close();
        Task<string> errors = child.StandardError.ReadToEndAsync();
        Task<string> output = child.StandardOutput.ReadToEndAsync();
        if (!child.WaitForExit(Patience))
        {
            child.Kill(entireProcessTree: true);
            Assert.Fail($"The rerun of {name} did not end within {Patience}.");
        }

        string printed = output.GetAwaiter().GetResult() + errors.GetAwaiter().GetResult();
        Assert.True(child.ExitCode == 0, $"The rerun of {name} under {string.Join(", ", environment)} failed:\n{printed}");
        return printed;
    }
}
