namespace DeepLearning.Tests.Gpu.Backend;

/// <summary>Runs an operation on the processor and on the debugging device, values and gradients, and compares.</summary>
internal static class BothDevices
{
    /// <summary>
    /// Compares the result and the gradients of the floating-point operands. Differences are measured by the largest number of the
    /// tensor: a sum's rounding is relative to what was summed.
    /// </summary>
    public static void Agree(Func<Tensor[], Tensor> operation, double tolerance, params Tensor[] operands) =>
        AgreeBeside(0, operation, tolerance, operands);

    /// <summary>As <see cref="Agree"/>, where the numbers are differences of numbers as large as <paramref name="least"/>.</summary>
    public static void AgreeBeside(double least, Func<Tensor[], Tensor> operation, double tolerance, params Tensor[] operands)
    {
        Tensor[] expected = Run(operation, Device.Cpu, operands), actual = Run(operation, Device.IlgpuCpu, operands);
        for (int i = 0; i < expected.Length; i++)
        {
            Compare(expected[i], actual[i], tolerance, i == 0 ? "the result" : $"the gradient of operand {i - 1}", least);
        }
    }

    public static void Compare(Tensor expected, Tensor actual, double tolerance, string what, double least = 0)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        double[] a = expected.To(DType.Float64).ToArray<double>(), b = actual.To(Device.Cpu).To(DType.Float64).ToArray<double>();
        double scale = a.Where(double.IsFinite).Select(Math.Abs).Append(least).Max();
        for (int i = 0; i < a.Length; i++)
        {
            bool same = a[i].Equals(b[i]) || Math.Abs(a[i] - b[i]) <= tolerance * scale;
            Assert.True(same, $"{what}: element {i} of {expected.Shape} is {b[i]:r} instead of {a[i]:r}.");
        }
    }

    /// <summary>The result, then the gradients of the floating-point operands, weighed so that no two elements count alike.</summary>
    private static Tensor[] Run(Func<Tensor[], Tensor> operation, Device device, Tensor[] operands)
    {
        Tensor[] moved = [.. operands.Select(operand => operand.Detach().To(device).Clone())];
        Tensor[] leaves = [.. moved.Where(static x => x.DType.IsFloatingPoint())];
        Array.ForEach(leaves, static leaf => leaf.RequiresGrad = true);
        Tensor y = operation(moved);
        if (y.RequiresGrad)
        {
            Tensor weights = Tensor.Arange(1, y.Count + 1, 1, DType.Float64).Sin().To(y.DType).Reshape(y.Shape).To(device);
            (y * weights).Sum().Backward();
        }

        return [y.Detach(), .. leaves.Select(static leaf => leaf.Grad ?? Tensor.ZerosLike(leaf.Detach()))];
    }
}
