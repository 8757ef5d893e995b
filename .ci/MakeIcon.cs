// dotnet run .ci/MakeIcon.cs -- FILE
// Draws the icon of the packages, docs/images/icon.png, with the library's own tensors and PNG writer: a small network on a round tile.
#:project ../src/DeepLearning/DeepLearning.csproj
#:property PublishAot=false
using DeepLearning;
using DeepLearning.Reporting;

const int Side = 128;
Tensor place = Tensor.Arange(Side) + 0.5, x = place.Unsqueeze(0).Expand(Side, Side), y = place.Unsqueeze(1).Expand(Side, Side);

// How much of a pixel is inside a shape: 1 within, 0 outside, in between along the edge. The shapes are given by their signed distances.
static Tensor Inside(Tensor distance) => (0.5 - distance).Clamp(0, 1);
Tensor Disc(double cx, double cy, double radius) => Inside(((x - cx).Square() + (y - cy).Square()).Sqrt() - radius);
Tensor Line(double ax, double ay, double bx, double by, double half)
{
    double dx = bx - ax, dy = by - ay;
    Tensor t = ((((x - ax) * dx) + ((y - ay) * dy)) / ((dx * dx) + (dy * dy))).Clamp(0, 1);
    return Inside(((x - ax - (t * dx)).Square() + (y - ay - (t * dy)).Square()).Sqrt() - half);
}

const double Middle = Side / 2.0, Corner = 28;
Tensor right = ((x - Middle).Abs() - (Middle - Corner)).Clamp(0, null), down = ((y - Middle).Abs() - (Middle - Corner)).Clamp(0, null);
Tensor tile = Inside((right.Square() + down.Square()).Sqrt() - Corner + 0.5);

double[][] layers = [[40, 88], [28, 64, 100], [64]];
double[] columns = [30, 64, 98];
Tensor lines = Tensor.Zeros(Side, Side), nodes = Tensor.Zeros(Side, Side);
for (int layer = 0; layer < layers.Length; layer++)
{
    foreach (double at in layers[layer])
    {
        nodes = nodes.Maximum(Disc(columns[layer], at, layer == 2 ? 15 : 11));
        foreach (double next in layer + 1 < layers.Length ? layers[layer + 1] : [])
        {
            lines = lines.Maximum(Line(columns[layer], at, columns[layer + 1], next, 1.9));
        }
    }
}

double[][] colours = [[0x12, 0x4d, 0x96], [0x0b, 0x8a, 0xa6], [0xff, 0xff, 0xff]];
Tensor slope = (x + y) / (2.0 * Side), ink = nodes.Maximum(lines * 0.55);
Tensor[] channels =
[
    .. Enumerable.Range(0, 3).Select(c =>
    {
        Tensor ground = (slope * (colours[1][c] - colours[0][c])) + colours[0][c];
        return (ground + (ink * (colours[2][c] - ground))) / 255.0;
    }),
    tile,
];
Png.Save(args[0], Tensor.Stack(channels));
