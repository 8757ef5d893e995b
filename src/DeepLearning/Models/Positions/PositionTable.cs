namespace DeepLearning.Models;

/// <summary>
/// Numbers of positions and frequencies, computed in double precision when they are first asked for and kept as plain numbers, which any
/// thread may read.
/// </summary>
/// <param name="width">The numbers of a position.</param>
/// <param name="of">The number of a position and a place in the width.</param>
internal sealed class PositionTable(int width, Func<int, int, double> of)
{
    private const int LeastCount = 64;

    private volatile double[] _numbers = [];

    /// <summary>The rows of some positions, [count, width].</summary>
    public Tensor Rows(int start, int count, DType dtype, Device device)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        double[] numbers = _numbers;
        int end = checked(start + count);
        if (numbers.Length < (long)end * width)
        {
            numbers = Filled(Math.Max(Math.Max(end, LeastCount), numbers.Length / width * 2), numbers);
            _numbers = numbers;
        }

        Tensor rows = Tensor.From<double>(numbers.AsSpan(start * width, count * width), [count, width]).To(dtype);
        return device == rows.Device ? rows : rows.To(device);
    }

    private double[] Filled(int count, double[] known)
    {
        double[] numbers = new double[checked(count * width)];
        known.CopyTo(numbers, 0);
        for (int i = known.Length; i < numbers.Length; i++)
        {
            numbers[i] = of(i / width, i % width);
        }

        return numbers;
    }
}
