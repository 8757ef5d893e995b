using System.Numerics;
using System.Runtime.CompilerServices;

namespace DeepLearning.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override bool TryRecurrent(RecurrentForward call)
    {
        ElementTypes.Floats(call.Gates.DType, new RecurrentWork(call));
        return true;
    }

    public override bool TryRecurrentBackward(RecurrentBackward call)
    {
        ElementTypes.Floats(call.DGates.DType, new RecurrentBackwardWork(call));
        return true;
    }

    private readonly struct RecurrentWork(RecurrentForward call) : IFloatWork
    {
        public void Run<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            using Lease<T> weight = new(call.HiddenHidden), bias = LeaseOrNone<T>(call.NewBias);
            using Lease<T> h0 = new(call.H0), c0 = LeaseOrNone<T>(call.C0), gates = new(call.Gates), output = new(call.Output);
            using Lease<T> projection = LeaseOrNone<T>(call.Projection), unprojected = LeaseOrNone<T>(call.Unprojected);
            using Lease<T> x = new(call.X), weightX = new(call.InputHidden), biasX = LeaseOrNone<T>(call.Bias);
            using Lease<T> kept = LeaseOrNone<T>(call.Kept), hidden = new(call.LastHidden), cell = LeaseOrNone<T>(call.LastCell);
            fixed (T* pw = weight, pb = bias, ph = h0, pc = c0, pg = gates, py = output, pk = kept, lh = hidden, lc = cell)
            fixed (T* px = x, pwx = weightX, pbx = biasX, pp = projection, pu = unprojected)
            {
                // The inputs of all steps in one product; of an RNN it goes where the outputs will be.
                long[] xs = call.X.Layout.Strides, ws = call.InputHidden.Layout.Strides;
                int[] lengths = call.InputHidden.Layout.Lengths;
                nint gateStride = (nint)call.Gates.Layout.Strides[0];
                Gemm.Run(
                    call.Steps.Rows, lengths[0], lengths[1], px, xs[0], xs[1], pwx, ws[1], ws[0], pg, gateStride, false, pbx);
                RecurrentSteps<T> steps = new(
                    new RecurrentPlan<T>
                    {
                        Kind = call.Kind,
                        Steps = call.Steps,
                        Reverse = call.Reverse,
                        Hidden = lengths[0] / call.Kind.Gates(),
                        Outputs = call.Output.Size(1),
                        Gates = call.Kind.Gates(),
                        Weight = pw,
                        NewBias = pb,
                        H0 = ph,
                        C0 = pc,
                        GateRows = pg,
                        GateStride = gateStride,
                        Output = py,
                        Projection = pp,
                        Unprojected = pu,
                        Kept = pk,
                        LastHidden = lh,
                        LastCell = lc,
                    });
                WidestSimd.Run<RecurrentSteps<T>, T>(ref steps);
            }
        }
    }

    private readonly struct RecurrentBackwardWork(RecurrentBackward call) : IFloatWork
    {
        public void Run<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            int units = call.Gates.Size(1) / call.Kind.Gates();
            using Scratch<T> zeros = new(units);
            new Span<T>(zeros.Pointer, units).Clear();
            using Lease<T> weight = new(call.HiddenHidden), h0 = new(call.H0), c0 = LeaseOrNone<T>(call.C0);
            using Lease<T> gates = new(call.Gates), output = new(call.Output), kept = LeaseOrNone<T>(call.Kept);
            using Lease<T> dy = LeaseOrNone<T>(call.DOutput), dgates = new(call.DGates), previous = LeaseOrNone<T>(call.Previous);
            using Lease<T> projection = LeaseOrNone<T>(call.Projection), dprojected = LeaseOrNone<T>(call.DProjected);
            using Lease<T> dhidden = new(call.DHidden), dcell = LeaseOrNone<T>(call.DCell);
            fixed (T* pw = weight, ph = h0, pc = c0, pg = gates, py = output, pk = kept)
            fixed (T* pdy = dy, pdg = dgates, pp = previous, pdh = dhidden, pdc = dcell, pj = projection, pdj = dprojected)
            {
                RecurrentStepsBack<T> steps = new(
                    new RecurrentPlan<T>
                    {
                        Kind = call.Kind,
                        Steps = call.Steps,
                        Reverse = call.Reverse,
                        Hidden = units,
                        Outputs = call.Output.Size(1),
                        Gates = call.Kind.Gates(),
                        Weight = pw,
                        H0 = ph,
                        C0 = pc,
                        GateRows = pg,
                        GateStride = (nint)call.Gates.Layout.Strides[0],
                        Output = py,
                        Projection = pj,
                        Kept = pk,
                        DOutput = pdy == null ? zeros.Pointer : pdy,
                        DOutputStride = call.DOutput is null ? 0 : (nint)call.DOutput.Layout.Strides[0],
                        DProjected = pdj,
                        DGates = pdg,
                        DGateStride = (nint)call.DGates.Layout.Strides[0],
                        Previous = pp,
                        DHidden = pdh,
                        DCell = pdc,
                        Zeros = zeros.Pointer,
                    });
                WidestSimd.Run<RecurrentStepsBack<T>, T>(ref steps);
            }
        }
    }

    private readonly struct RecurrentSteps<T>(in RecurrentPlan<T> plan) : ISimdWork<T>
        where T : unmanaged, INumber<T>
    {
        private readonly RecurrentPlan<T> _plan = plan;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<V, TSimd>()
            where V : struct
            where TSimd : struct, ISimd<T, V> => RecurrentForwardJob<T, V, TSimd>.Run(_plan);
    }

    private readonly struct RecurrentStepsBack<T>(in RecurrentPlan<T> plan) : ISimdWork<T>
        where T : unmanaged, INumber<T>
    {
        private readonly RecurrentPlan<T> _plan = plan;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Run<V, TSimd>()
            where V : struct
            where TSimd : struct, ISimd<T, V> => RecurrentBackwardJob<T, V, TSimd>.Run(_plan);
    }
}
