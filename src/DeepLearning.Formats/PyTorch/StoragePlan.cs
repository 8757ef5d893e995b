using DeepLearning.Backends;

namespace DeepLearning.Formats;

/// <summary>
/// Which storages a file gets. Tensors whose places in one memory overlap share a storage, so that they share it again after loading; any
/// other tensor gets one of its own elements, in row-major order.
/// </summary>
internal sealed class StoragePlan
{
    private readonly Dictionary<Tensor, Place> _places = new(ReferenceEqualityComparer.Instance);
    private readonly List<PlannedStorage> _storages = [];

    public StoragePlan(IEnumerable<Tensor> tensors)
    {
        Tensor[] all = [.. tensors.Distinct(ReferenceEqualityComparer.Instance).Cast<Tensor>()];
        var groups = all.GroupBy(static x => x.Device == Device.Cpu ? (object)x.Storage : x, ReferenceEqualityComparer.Instance);
        foreach (IGrouping<object?, Tensor> group in groups)
        {
            Tensor[] members = [.. group];
            bool mayShare = members.Length > 1 && Array.TrueForAll(members, x => x.DType == members[0].DType && x.Count > 0
                && Array.TrueForAll(x.Layout.Strides, static stride => stride >= 0));
            if (mayShare)
            {
                PlaceShared(members);
            }
            else
            {
                Array.ForEach(members, PlaceAlone);
            }
        }
    }

    public IReadOnlyList<PlannedStorage> Storages => _storages;

    /// <summary>Where a tensor lies.</summary>
    public Place PlaceOf(Tensor tensor) => _places[tensor];

    private void PlaceAlone(Tensor tensor)
    {
        _places.Add(tensor, new Place(_storages.Count, 0, Layout.ContiguousStrides(tensor.Layout.Lengths)));
        _storages.Add(new PlannedStorage(tensor, 0, tensor.Count));
    }

    private void PlaceShared(Tensor[] tensors)
    {
        (Tensor Tensor, long Start, long End)[] reaches = [.. tensors.Select(Reach).OrderBy(static reach => reach.Start)];
        for (int first = 0, next; first < reaches.Length; first = next)
        {
            long end = reaches[first].End;
            for (next = first + 1; next < reaches.Length && reaches[next].Start < end; next++)
            {
                end = Math.Max(end, reaches[next].End);
            }

            if (next == first + 1)
            {
                PlaceAlone(reaches[first].Tensor);
                continue;
            }

            long start = reaches[first].Start;
            foreach ((Tensor tensor, _, _) in reaches[first..next])
            {
                _places.Add(tensor, new Place(_storages.Count, tensor.Layout.Offset - start, tensor.Layout.Strides));
            }

            _storages.Add(new PlannedStorage(reaches[first].Tensor, start, end - start, IsWhole: false));
        }
    }

    private static (Tensor Tensor, long Start, long End) Reach(Tensor tensor)
    {
        long last = tensor.Layout.Offset;
        for (int axis = 0; axis < tensor.Rank; axis++)
        {
            last += (tensor.Size(axis) - 1) * tensor.Layout.Strides[axis];
        }

        return (tensor, tensor.Layout.Offset, last + 1);
    }

    /// <summary>A storage's number, and how a tensor lies in it.</summary>
    internal readonly record struct Place(int Storage, long Offset, long[] Strides);

    /// <summary>
    /// Elements of a tensor's memory that become a storage: the tensor's own in row-major order, or a stretch of that memory.
    /// </summary>
    internal sealed record PlannedStorage(Tensor Tensor, long Start, long Count, bool IsWhole = true)
    {
        public void WriteTo(Stream stream)
        {
            if (IsWhole)
            {
                HostBytes.Read(Tensor, stream.Write);
                return;
            }

            int size = Tensor.DType.Size();
            Tensor stretch = new(Tensor.Storage, new Layout([1], [1], Start), Tensor.DType);
            using Lease<byte> lease = Lease<byte>.Bytes(stretch);
            HostBytes.Read(ref lease.First, Count * size, stream.Write);
        }
    }
}
