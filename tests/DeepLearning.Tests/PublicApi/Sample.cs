namespace DeepLearning.Tests.PublicApi;

/// <summary>A type with one of each kind of member, for the test of <see cref="ApiList"/>.</summary>
public class Sample<T> : IDisposable
    where T : unmanaged, IComparable<T>
{
    public const int Limit = 3;

    private readonly T[] _values = [];

    public Sample(int[,]? table = null, params string[] names)
    {
        Count = (table?.Length ?? 0) + names.Length;
    }

    public int Count { get; protected set; }

    public double? Scale { get; init; }

    internal int Hidden { get; set; }

    public T this[Index index] => _values[index];

    public static Sample<T> operator +(Sample<T> a, Sample<T> b) => new() { Count = a.Count + b.Count };

    public static bool Convert<U>(in T value, out U result, DayOfWeek day = DayOfWeek.Friday, double rate = 0.1)
        where U : class, new()
    {
        result = new U();
        return value.CompareTo(default) > (int)day * rate;
    }

    public void Dispose() => GC.SuppressFinalize(this);

    protected virtual IReadOnlyList<T> Update(ReadOnlySpan<T> values, (int Count, string Name) pair) => [.. values[pair.Count..]];
}
