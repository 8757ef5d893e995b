namespace DeepLearning.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override Tensor? TryNonZero(Tensor mask)
    {
        using Lease<byte> lease = Lease<byte>.Bytes(mask);
        fixed (byte* truths = lease)
        {
            long all = mask.Count, count = all;
            for (long start = 0; start < all; start += int.MaxValue)
            {
                // Whatever is not 0 counts: a bool from elsewhere may have other bits than the lowest.
                count -= new ReadOnlySpan<byte>(truths + start, (int)Math.Min(int.MaxValue, all - start)).Count((byte)0);
            }

            int rank = mask.Rank;
            Tensor result = Tensor.Allocate([rank, checked((int)count)], DType.Int64, mask.Device);
            if (rank == 0 || count == 0)
            {
                return result;
            }

            using Lease<long> lr = new(result);
            fixed (long* columns = lr)
            {
                long found = 0;
                int run = mask.Size(-1);
                for (long start = 0; start < all; start += run)
                {
                    long before = found;
                    long* last = columns + ((rank - 1) * count);
                    for (int i = 0; i < run; i++)
                    {
                        if (truths[start + i] != 0)
                        {
                            last[found++] = i;
                        }
                    }

                    long rest = start / run;
                    for (int axis = rank - 2; axis >= 0 && found > before; axis--)
                    {
                        (rest, long at) = Math.DivRem(rest, mask.Size(axis));
                        new Span<long>(columns + (axis * count) + before, (int)(found - before)).Fill(at);
                    }
                }
            }

            return result;
        }
    }
}
