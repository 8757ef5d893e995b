namespace DeepLearning.Workloads;

/// <summary>
/// What a step has to do at least: floating-point operations (two a multiply-add; of products, convolutions and attention alone) and
/// bytes read and written, if every value is written once and read once for each use and no cache outlasts the step.
/// </summary>
internal readonly record struct Work(double Operations, double Bytes)
{
    public static Work operator +(Work a, Work b) => new(a.Operations + b.Operations, a.Bytes + b.Bytes);
}
