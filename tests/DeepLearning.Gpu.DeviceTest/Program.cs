using System.Globalization;
using System.Runtime.InteropServices;
using DeepLearning;
using DeepLearning.DeviceTest;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Options options;
Device device;
try
{
    options = Options.Parse(args);
    device = options.Open();
}
catch (Exception error) when (error is ArgumentException or DeviceException)
{
    Console.Error.WriteLine(error is ArgumentException ? $"{error.Message}\n{Options.Usage}" : error.Message);
    return 2;
}

Report report = new(options.Out);
DeviceFacts facts = DeviceFacts.Of(device);
report.Say($"{device.Name}: {facts.Description}; {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}");
Tables.FirstStep(report, device, options.IsTiny);
FormulaChecks.Run(report, device, options);
OperationChecks.Run(report, device, options.IsTiny);
if (options.IsTiny || LargeChecks.Refusal(facts.Memory) is { })
{
    report.Say(options.IsTiny ? "more than 2^31 elements: not run on this device" : LargeChecks.Refusal(facts.Memory)!);
}
else
{
    LargeChecks.Run(report, device);
}

Assembler.Run(report, facts.Kernels(), Path.Combine(options.Out, "ptx"), facts.Architecture);
if (!options.ChecksAlone)
{
    Tables.Run(report, device, options);
}

foreach ((string name, long count) in device.HostFallbacks)
{
    report.Figure("fallbacks", name, count, "calls");
}

report.Say(report.Failures == 0 ? "all checks passed" : $"{report.Failures} checks FAILED");
report.Save(facts.Description);
return report.Failures == 0 ? 0 : 1;
