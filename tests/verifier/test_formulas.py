"""Expressions, equations and complex numbers: near misses beside true variants, decided without computer algebra.

Each line of a table is `gold | answer`; what stands in `AGREE` is correct, what stands in `DIFFER` is incorrect.
"""

import pytest

from tests.verifier.pairs import outcome_of, pairs
from verifier.route import decide

AGREE = {
    "expression": r"""
        x^2+2x+1 | (x+1)^2
        \frac{x^2-1}{x-1} | x+1
        x+2 | x + 2, x \neq 2
        x+2 | x+2 \text{ for } x \ne 2
        \frac{1}{2}mv^2 | mv^2/2
        \frac{1}{2}mv^2 | 0.5mv^2
        \frac{1}{2}mv^2 | \tfrac12 m v^{2}
        \frac{1}{2}mv^2 | ½mv²
        \frac{GMm}{r^2} | G\frac{Mm}{r^2}
        \frac{GMm}{r^2} | GMm r^{-2}
        \frac{mv^2}{r} | m v^2 / r
        2\pi\sqrt{\frac{L}{g}} | 2\pi\sqrt{L/g}
        2\pi\sqrt{\frac{L}{g}} | 2π√(L/g)
        2\pi\sqrt{\frac{L}{g}} | T = 2\pi \frac{\sqrt{L}}{\sqrt{g}}
        \frac{R_1R_2}{R_1+R_2} | R1*R2/(R1+R2)
        \frac{R_1R_2}{R_1+R_2} | \left(\frac{1}{R_1}+\frac{1}{R_2}\right)^{-1}
        e^{-\frac{t}{RC}} | \exp(-t/(RC))
        e^{-\frac{t}{RC}} | e^{-t/RC}
        \ln\frac{x}{y} | \ln x - \ln y
        \log_2 n | \frac{\ln n}{\ln 2}
        \log_{2}(n) | \log_2 n
        \log_{10}x | \log x
        n\log n | n \ln n + 0 \cdot \ln 2
        \ln x | \log x + \ln 1
        \sinh x | \frac{e^x - e^{-x}}{2}
        \tanh x | \frac{\sinh x}{\cosh x}
        \operatorname{arcsinh} x | \ln(x+\sqrt{x^2+1})
        \sinh^{-1} x | \operatorname{arsinh}(x)
        \sec^2 x | 1 + \tan^2 x
        \csc x | \frac{1}{\sin x}
        \cot x | \frac{\cos x}{\sin x}
        \arccos x | \frac{\pi}{2} - \arcsin x
        \sin^{-1} x | \arcsin x
        \sin^2\theta | 1-\cos^2\theta
        \cos 2\theta | \cos^2\theta - \sin^2\theta
        \sin(a+b) | \sin a\cos b + \cos a\sin b
        4\sin^2 x | (2\sin x)^2
        |x-3| | |3-x|
        |x| | \sqrt{x^2}
        \lfloor \frac{n}{2} \rfloor | \left\lfloor n/2 \right\rfloor
        \lceil x \rceil | -\lfloor -x \rfloor
        n! | n (n-1)!
        \frac{(n+1)!}{n!} | n+1
        \binom{n}{k} | \frac{n!}{k!(n-k)!}
        \binom{n}{2} | C(n,2)
        \binom{n}{k} | {n \choose k}
        \binom{n}{k} | {}_nC_k
        \frac{n(n+1)}{2} | \sum_{k=1}^{n} k
        \sum_{k=1}^{n} k^2 | \frac{n(n+1)(2n+1)}{6}
        \sum_{i=1}^{n} x_i | \sum_{j=1}^n x_j
        \sum_{n=0}^{\infty} \frac{x^n}{n!} | \sum_{k=0}^\infty \frac{x^k}{k!}
        \sum_{n=1}^{\infty} nx^{n-1} | \sum_{n=0}^\infty (n+1)x^n
        \sum_{n=0}^{\infty} \frac{x^n}{n!} | e^x
        \prod_{k=1}^{n} k | n!
        \frac{1-(-1)^n}{n\pi} | \frac{1-\cos n\pi}{n\pi}
        \frac{1-(-1)^n}{n\pi} | \frac{1+(-1)^{n+1}}{\pi n}
        2^n - 1 | \sum_{k=0}^{n-1} 2^k
        \frac{dy}{dx} | y'
        \frac{d^2x}{dt^2} | \ddot{x}
        -\frac{dV}{dx} | -V'(x)
        \frac{\partial u}{\partial t} | \dfrac{\partial u}{\partial t}
        f'(x)g(x)+f(x)g'(x) | f g' + g f'
        \bar{x} | \overline{x}
        \bar{x} + z\frac{\sigma}{\sqrt{n}} | \bar x + \frac{z\sigma}{\sqrt n}
        \vec{F}\cdot\vec{d} | \mathbf{F}\cdot\mathbf{d}
        q\vec{v}\times\vec{B} | q\,\mathbf{v}\times\mathbf{B}
        q\vec{v}\times\vec{B} | -q\vec{B}\times\vec{v}
        m\vec{a} | ma
        \mathcal{E} - Ir | \mathcal{E} - rI
        \epsilon_0 | ε₀
        \varepsilon_0 A/d | \frac{\epsilon_0 A}{d}
        \phi | \varphi
        \lambda_1 + \lambda_2 | λ₁ + λ₂
        v_{\text{max}} | v_{max}
        v_{\mathrm{max}} t | t v_{\max}
        x_{1}+x_{2} | x_1 + x_2
        \frac{kq_1q_2}{r^2} | \frac{k q_{1} q_{2}}{r^{2}}
        K_c(RT)^{\Delta n} | (RT)^{\Delta n}K_c
        \frac{\Delta x}{\Delta t} | Δx/Δt
        P(1+r)^t | (1+r)^t P
        P(1+\frac{r}{n})^{nt} | P\left(1+r/n\right)^{nt}
        mg(h_1-h_2) | mgh_1 - mgh_2
        a(2b+2c) | 2a(b+c)
        g(2t)+1 | 1+g(2t)
        S_0N(d_1)-Ke^{-rT}N(d_2) | -Ke^{-rT}N(d_2) + S_0N(d_1)
        x^{3/2} | x\sqrt{x}
        \sqrt[3]{x^2} | x^{2/3}
        \sqrt[n]{x} | x^{1/n}
        x^{-2} | \frac{1}{x^2}
        (x^2)^3 | x^6
        2^{x+1} | 2\cdot 2^x
        3x^2y - 6xy^2 | 3xy(x-2y)
        \frac{a}{b+c} | a/(b+c)
        \frac{a}{bc} | a/bc
        1000x | 1,000x
        12{,}500(1.05)^t | 12500 \cdot 1.05^t
        0.67x+1.2 | \frac{2}{3}x+\frac{6}{5}
        \frac{2}{3}x | 0.6667x
        50e^{-0.0347t} | 50e^{-0.03466t}
        x^3/3 + C | \frac{1}{3}x^3 + c
        x^3/3 + C | \frac{x^3}{3} + K
        x^3/3 + C | \frac{x^3+3C}{3}
        -\frac{1}{2}\cos 2x + C | \sin^2 x + C
        \ln|x+1| + C | \ln|2x+2| + C
        \ln|\sec x| + C | -\ln|\cos x| + C
        \frac12 \ln(x^2+1) + C | \frac{1}{2}\ln|x^2+1| + C
        C_1\cos 2x + C_2\sin 2x | A\sin 2x + B\cos 2x
        C_1e^{x}+C_2e^{-x} | c_1e^{-x}+c_2e^x
        C_1 e^{x} + C_2 e^{-x} | A\cosh x + B\sinh x
        (C_1 + C_2x)e^{3x} | (A+Bx)e^{3x}
        x \bmod 7 | x \mod 7
        2x+1 | y = 2x+1
        2x+1 | f(x) = 2x + 1
        2x+1 | 2x+1 = 1 + 2x
        2x+1 | The derivative is $2x+1$
        2x+1 | \text{The slope is } 2x+1
        2x+1 | 2x + 1.
        x^2 | x^{2}
        x^{10} | x^10
        a^2 - b^2 | (a-b)(a+b)
        \frac{x+1}{x-1} | 1 + \frac{2}{x-1}
        \max(a,b) | \max(b,a)
        \gcd(a,b) | \gcd(a, b)
        \frac{\sqrt{3}}{2}a^2 | \frac{a^2\sqrt3}{2}
        \frac{1}{\sqrt{2}}x | \frac{\sqrt{2}}{2}x
        \operatorname{erf}(x) | \text{erf}(x)
        \Gamma(n+1) | n!
        e^{i\theta} | \cos\theta + i\sin\theta
        \frac{1}{1+j\omega RC} | \frac{1 - j\omega RC}{1+\omega^2R^2C^2}
        \frac{1}{j\omega C} | -\frac{j}{\omega C}
        \sin\left(\frac{\pi x}{L}\right) | \sin(\pi x/L)
        A\sin(\omega t+\phi) | A \sin(\phi + \omega t)
        \delta(t-2) | \delta(t - 2)
        u(t)-u(t-1) | -u(t-1) + u(t)
        \frac{\pi}{4} + n\pi | n\pi + \frac{\pi}{4}
        4\pi r^2\text{ cm}^2 | 4\pi r^2
        2\pi r | 2\pi r\text{ cm}
        3x - 5 | 3x + (-5)
        -x-1 | -(x+1)
        \alpha | \alpha
        10^{-pH} | 10^{-\mathrm{pH}}
        \frac{a+b}{2} | \frac{1}{2}(a+b)
        s(s-a)(s-b)(s-c) | s(s - a)(s - c)(s - b)
        \frac{d}{dx}f(x) | f'(x)
        x^2\hat{i} + y\hat{j} | y\hat{j} + x^2\hat{i}
        e^{x}\cdot\sin x | e^x \sin(x)
        \tan^{-1}\left(\frac{b}{a}\right) | \arctan(b/a)
        \frac{1}{4}\pi d^2 | \pi(d/2)^2
        \cos^{-1}x | arccos(x)
        \frac{3}{s^2+9} | \frac{3}{9+s^2}
        n(n+1)/2 | \frac{n^2+n}{2}
        2\sin x\cos x | \sin 2x
        \sin^2 x + \cos^2 x + x | 1 + x
        V_0 e^{-t/RC} | V_0 e^{-\frac{t}{RC}}
        3x^2 + C | 3x^2 + K
        \frac{1}{x} | x^{-1}
        \ln(x^2) | 2\ln x
        y = 2x + 1 | 2x+1
        2x+1 | y = 2x + 1
        \frac{kq_1q_2}{r^2} | k\frac{q_1 q_2}{r^2}
        \alpha + \beta | β + α
        e^{2x} | (e^x)^2
        \frac{a}{b} | a/b
        x\sqrt{x} | x^{3/2}
        \tan x | \frac{\sin x}{\cos x}
        f'(x) + 1 | 1 + f'(x)
        -x | 0 - x
    """,
    "equation": r"""
        x = 9 | 9
        9 = x | x = 9
        x = 9 | 9 = x
        x = 4 | x - 4 = 0
        y = 2x+1 | y - 2x - 1 = 0
        y = 2x+1 | 2x - y + 1 = 0
        y = 2x+1 | y = 1 + 2x
        y = 2x+1 | f(x) = 2x + 1
        f(x) = 2x+1 | y = 2x+1
        y = 2x+1 | 2x+1
        y = \frac{1}{2}x - 3 | 2y = x - 6
        y = \frac{1}{2}x - 3 | x - 2y = 6
        y = \frac{1}{2}x - 3 | y = 0.5x - 3
        3x+4y=12 | \frac{x}{4}+\frac{y}{3}=1
        x^2+y^2=25 | y^2 = 25 - x^2
        (x-1)^2+(y+2)^2=9 | x^2+y^2-2x+4y-4=0
        \frac{x^2}{9}+\frac{y^2}{4}=1 | 4x^2+9y^2=36
        y = \frac{x+1}{x-1} | y(x-1) = x+1
        y = \frac{x+1}{x-1} | xy - y = x + 1
        \frac{1}{f} = \frac{1}{d_o}+\frac{1}{d_i} | f = \frac{d_od_i}{d_o+d_i}
        \frac{1}{R} = \frac{1}{R_1}+\frac{1}{R_2} | R = \frac{R_1 R_2}{R_1+R_2}
        PV = nRT | P = \frac{nRT}{V}
        PV = nRT | \frac{PV}{T} = nR
        E = mc^2 | m = \frac{E}{c^2}
        V = IR | I = V/R
        v^2 = u^2 + 2as | v^2 - u^2 = 2as
        F = ma | a = F/m
        F = G\frac{m_1m_2}{r^2} | Fr^2 = Gm_1m_2
        y' = 2xy | \frac{dy}{dx} = 2xy
        y'' + 4y = 0 | \frac{d^2y}{dx^2} + 4y = 0
        y'' + 4y = 0 | y'' = -4y
        \frac{dy}{dt} = ky | y' = ky
        \frac{dP}{dt} = kP | dP/dt = kP
        m\ddot{x} + kx = 0 | m\frac{d^2x}{dt^2} = -kx
        \frac{\partial u}{\partial t} = k\frac{\partial^2 u}{\partial x^2} | k∂²u/∂x² = ∂u/∂t
        y(t) = 3e^{-2t} | y = 3e^{-2t}
        y = Ce^{2x} | Ce^{2x}
        x^2 - y^2 = C | y^2 = x^2 + C
        y^2 = x^2 + C | y^2 = x^2 + K
        \frac{y^2}{2} = \frac{x^2}{2} + C | y^2 = x^2 + C
        y = \ln|x| + C | \ln|x| + c
        \lim_{x\to 0} f(x) = 5 | 5
        \angle ABC = 50^\circ | 50^\circ
        AB = 5 | 5
        \text{Area} = 25\pi | 25\pi
        \text{Area} = 25\pi | A = 25\pi
        A = 25\pi | \text{Area} = 25\pi
        \sin\theta = \frac{3}{5} | 3/5
        \frac{AE}{EC} = \frac{3}{5} | 3/5
        |z| = 5 | 5
        \det(A) = -2 | -2
        P(X > 2) = 0.3 | 0.3
        P(A|B) = \frac13 | 1/3
        E(X) = 3.5 | 3.5
        \sigma^2 = 4 | 4
        a_n = 3n - 1 | a_n = 2 + 3(n-1)
        a_n = 3n - 1 | 3n-1
        a_{n+1} = 2a_n | a_{n+1} - 2a_n = 0
        x = \frac{-b + \sqrt{b^2-4ac}}{2a} | \frac{\sqrt{b^2-4ac}-b}{2a}
        v = 20\ \mathrm{m/s} | 20
        v = 20\ \mathrm{m/s} | v = 20\text{ m/s}
        v = 20 \text{ m/s} | 72 km/h
        T = 2\pi\sqrt{\frac{m}{k}} | 2\pi\sqrt{m/k}
        z = 3+4i | 3+4i
        z = 3+4i | z = 4i+3
        f^{-1}(x) = \sqrt[3]{x-1} | (x-1)^{1/3}
        f^{-1}(x) = \frac{x-5}{2} | y = \frac{x-5}{2}
        r = 2\sin\theta | r = 2 \sin(\theta)
        \hat{y} = 12.5 + 0.8x | \hat{y} = 0.8x + 12.5
        \hat{y} = 12.5 + 0.8x | y = 0.8x+12.5
        \hat{y} = 12.53 + 0.81x | 12.53+0.81x
        x = 2y | 2y = x
        y = -\frac{3}{4}x + 6 | 3x + 4y = 24
        y = -\frac{3}{4}x + 6 | 4y + 3x - 24 = 0
        z = 2x + 3y - 4 | 2x + 3y - z = 4
        x = 5 | x = 5.0
        x = \frac53 | 1.667
        x = \log_2 5 | x = \frac{\ln 5}{\ln 2}
        y = x^2 - 4x + 7 | y = (x-2)^2 + 3
        y - 3 = 2(x+1) | y = 2x + 5
        4x - 3y = 7 | -8x + 6y = -14
        \rho = 2\cos\phi | \rho - 2\cos\phi = 0
        \nabla\cdot\vec{E} = \frac{\rho}{\epsilon_0} | \nabla \cdot \mathbf{E} = \rho/\varepsilon_0
        pV^\gamma = C | pV^{\gamma} = C
        ds/dt = 5 | \frac{ds}{dt} = 5
        x \equiv 3 \pmod{7} | x \equiv 10 \pmod 7
        x \equiv 3 \pmod{7} | 3 \pmod 7
        x \equiv 3 \pmod{7} | x ≡ 3 (mod 7)
        9 | x = 9
        y = 3x + 2 | y - 3x = 2
        x + y = 1 | 2x + 2y = 2
        34x+45y-20z+100=0 | -34x-45y+20z-100=0
        f(x) = 3x+2 | 3x+2
        \det(A) = 5 | 5
    """,
    "complex": r"""
        3+4i | 3 + 4 i
        3+4i | 4i + 3
        3+4i | z = 3+4i
        3+4i | 3+4j
        3+4j | 3 + j4
        3-2i | -2i+3
        (3+4j) | 3+4i
        2+3i | \frac{4+6i}{2}
        i | e^{i\pi/2}
        -1 | e^{i\pi}
        -i | \frac{1}{i}
        2i | (1+i)^2
        -4 | (1+i)^4
        8e^{i\pi/3} | 4+4\sqrt{3}i
        4+4\sqrt{3}i | 8(\cos 60^\circ + i\sin 60^\circ)
        4+4\sqrt{3}i | 8\operatorname{cis}\frac{\pi}{3}
        4+4\sqrt{3}i | 8\operatorname{cis}(60^\circ)
        4+4\sqrt{3}i | 8 cis 60°
        4+4i\sqrt{3} | 4+4\sqrt{3}\,i
        4+4i\sqrt{3} | 4(1+\sqrt{3}i)
        5\angle 53.13^\circ | 3+4j
        5\angle 53.13^\circ | 5\angle{53.13}^\circ
        5\angle 53.13^\circ | 5∠53.13°
        5\angle 53.13^\circ | 5 e^{j53.13^\circ}
        10\angle -30^\circ | 5\sqrt{3} - 5j
        10\angle -30^\circ | 10e^{-j\pi/6}
        2e^{i\pi/4} | \sqrt{2}+\sqrt{2}i
        2e^{i\pi/4} | 2e^{\frac{\pi i}{4}}
        2e^{i\pi/4} | 2\exp(i\pi/4)
        1.41+1.41i | \sqrt{2}+i\sqrt{2}
        \sqrt{2}+i\sqrt{2} | 1.414 + 1.414i
        \sqrt{2}+i\sqrt{2} | 1.4142+1.4142i
        \frac{1}{2} - \frac{\sqrt{3}}{2}i | e^{-i\pi/3}
        \frac{3}{25} - \frac{4}{25}i | \frac{3-4i}{25}
        \frac{3}{25} - \frac{4}{25}i | 0.12-0.16i
        \frac{3}{25} - \frac{4}{25}i | \frac{1}{3+4i}
        (2-1.5j)\text{ k}\Omega | 2000-1500j Ω
        50 + 30j\ \Omega | 50+30j
        (50+30j)\ \Omega | 50 + j30 \ \Omega
        0.6 + 0.8i | \frac{3}{5}+\frac45 i
        \sqrt{-9} | 3i
        3i | \sqrt{-9}
        5 - 12i | \overline{5+12i}
        i^{23} | -i
        -i | i^{23}
        6 + 0i | 6
        2\mathrm{i} | 2i
        a+bi | bi + a
        1 + i | 1 + \mathrm{i}
        1+\sqrt{2}i | 1 + i\sqrt2
        \ln 2 + i\frac{\pi}{3} | \ln 2 + \frac{i\pi}{3}
        -8i | 8e^{3\pi i/2}
        -8i | 8e^{-i\pi/2}
        -8i | (2i)^3
        \frac{1+i}{\sqrt{2}} | e^{i\pi/4}
        \frac{1+i}{\sqrt{2}} | \frac{\sqrt2}{2} + \frac{\sqrt2}{2}i
        \pm 2i | 2i, -2i
        \pm 2i | \{2i, -2i\}
        2 \pm 3i | 2+3i, 2-3i
        2 \pm 3i | 2 + 3i \text{ and } 2 - 3i
        2 \pm 3i | x = 2 \pm 3i
        13\angle 112.6^\circ | -5+12j
        220\angle 0^\circ | 220
        3+4i | 4i+3
        \sqrt{3}+i | 2e^{i\pi/6}
        3+4j | 3+4i
        i | \sqrt{-1}
        5\angle 30^\circ | 5e^{i\pi/6}
        \frac{1}{2} + \frac{i}{2} | \frac{1+i}{2}
        1.41 + 1.41i | \sqrt{2} + \sqrt{2}i
    """,
}

DIFFER = {
    "expression": r"""
        x^2+2x+1 | (x-1)^2
        x^2 | 2x
        x^2 | x^3
        4t | 4
        \pi r^2 h | \pi r^2
        \frac{1}{2}mv^2 | mv^2
        \frac{1}{2}mv^2 | \frac{1}{2}Mv^2
        \frac{1}{2}mv^2 | \frac12 mV^2
        \frac{1}{2}mv^2 | \frac12 m v
        \frac{kQ}{r} | \frac{KQ}{r}
        \frac{kQ}{r} | \frac{kq}{r}
        v_1 | v_2
        v_{\text{in}} | v_{\text{out}}
        v_{\text{max}} | v_{\text{min}}
        x_i | x_j
        \frac{P}{A_{\text{net}}} | \frac{P}{A_{\text{gross}}}
        f'(x) | f(x)
        f''(x) | f'(x)
        f(2x) | 2f(x)
        f(x+1) | f(x)+1
        g(2t) | 2g(t)
        P(A)P(B) | P(AB)
        \log_2 n | \log_3 n
        \log_2 n | \ln n
        \ln(x+1) | \ln x + 1
        \ln(xy) | \ln x\ln y
        \sin^2 x | \sin x^2
        \sin 2x | 2\sin x
        \arcsin x | \frac{1}{\sin x}
        \sin^{-1}x | (\sin x)^{-1}
        \sinh x | \sin x
        \tanh x | \coth x
        |x| | x
        |x| | -x
        |x-3| | x-3
        \ln|x| | \ln x
        \lfloor x\rfloor | x
        \lfloor x\rfloor | \lceil x\rceil
        n! | n
        n! | (n+1)!
        \binom{n}{k} | \binom{n}{k+1}
        \binom{n}{2} | \frac{n(n+1)}{2}
        \binom{n}{k} | \frac{n!}{(n-k)!}
        \sum_{k=1}^{n} k | \frac{n(n-1)}{2}
        \sum_{k=1}^{n} k^2 | \sum_{k=1}^{n-1} k^2
        \sum_{n=0}^{\infty}\frac{x^n}{n!} | \sum_{n=1}^{\infty}\frac{x^n}{n!}
        \sum_{n=0}^{\infty}\frac{x^n}{n!} | \sum_{n=0}^{\infty}\frac{x^{n}}{(n+1)!}
        \sum_{n=0}^{\infty}\frac{x^n}{n!} | e^{-x}
        \prod_{k=1}^{n} k | n
        (-1)^n | 1
        (-1)^n | (-1)^{n+1}
        \frac{dy}{dx} | \frac{dx}{dy}
        \frac{dy}{dx} | \frac{dy}{dt}
        \frac{d^2y}{dx^2} | \frac{dy}{dx}
        \frac{d^2y}{dx^2} | \left(\frac{dy}{dx}\right)^2
        \frac{\partial u}{\partial x} | \frac{\partial u}{\partial y}
        \bar{x} | x
        \hat{p} | p
        \vec{F}\cdot\vec{d} | \vec{F}\times\vec{d}
        q\vec{v}\times\vec{B} | q\vec{B}\times\vec{v}
        \alpha | a
        \lambda | \Lambda
        \Delta x | x
        \Delta x^2 | \Delta (x^2)
        \epsilon_0 | \epsilon
        P(1+r)^t | P(1+rt)
        P(1+r)^t | P(1-r)^t
        a/(b+c) | a/b + c
        a/(bc) | (a/b)c
        \frac{1}{x+y} | \frac{1}{x}+\frac{1}{y}
        \sqrt{x+y} | \sqrt{x}+\sqrt{y}
        \sqrt[3]{x} | \sqrt{x}
        x^{2/3} | x^{3/2}
        e^{-kt} | e^{kt}
        2^{x+1} | 2^x + 1
        0.67x+1.2 | 0.66x+1.2
        0.67x+1.2 | 0.67x+1.3
        0.67x+1.2 | 0.7x+1.2
        \frac{2}{3}x | 0.67x
        \frac{2}{3}x | 0.6668x
        50e^{-0.0347t} | 50e^{-0.0357t}
        x^3/3 + C | x^3/3
        x^3/3 + C | x^3 + C
        x^3/3 | x^3/3 + C
        x^2/2 + C | x^2/2 + C + x
        C_1\cos 2x + C_2\sin 2x | C_1\cos x + C_2\sin x
        C_1\cos 2x + C_2\sin 2x | C_1\cos 2x
        C_1e^{x}+C_2e^{-x} | C_1e^{x}+C_2xe^{x}
        (C_1 + C_2x)e^{3x} | C_1e^{3x} + C_2e^{3x}
        \frac{q^2}{2C} | \frac{q^2}{2K}
        \frac12CV^2 | CV^2
        \frac12CV^2 | \frac12KV^2
        C_1+C_2 | C_1-C_2
        C_1V_1+C_2V_2 | C_1V_2+C_2V_1
        \begin{vmatrix} a & b \\ c & d \end{vmatrix} | ad+bc
        2x+1 | 2x+1 = 0
        2x+1 | 2x
        2x+1 | 2x-1 or 2x+1
        2x+1 | 2x+1, 3x
        2x+1 | \pm(2x+1)
        2x+1 | 5
        2x+1 | I do not know
        2x+1 | 2y+1
        2x+1 | x > 2
        \max(a,b) | \min(a,b)
        \max(a,b) | a
        e^{i\theta} | \cos\theta - i\sin\theta
        \frac{1}{1+j\omega RC} | \frac{1}{1-j\omega RC}
        A\sin(\omega t+\phi) | A\cos(\omega t+\phi)
        u(t)-u(t-1) | u(t)
        4\pi r^2\text{ cm}^2 | 4\pi r^2\text{ m}^2
        mgh | mg
        mgh | Mgh
        \frac{KM}{V} | \frac{km}{v}
        \frac{a+b}{2} | a + \frac{b}{2}
        3x^2y | 3xy^2
        \cos^{-1} x | \sec x
        x + y | x - y
        x \bmod 7 | x \bmod 5
        \text{act} | \text{cat}
        \frac{\pi}{4} + n\pi | \frac{\pi}{4} + 2n\pi
        s^2+9 | s^2-9
        \sqrt{x^2+4} | x+2
        m_1 v | m_2 v
        \frac{V}{R_{\text{eq}}} | \frac{V}{R_{\text{load}}}
        \sqrt{a^2+b^2} | a+b
        x^2 | x^2, x^3
        x + 1 | 5
        e^x | e^{-x}
    """,
    "equation": r"""
        x = 9 | y = 9
        x = 9 | 8
        x = 9 | x = -9
        x = 4 | 2x = 8
        x = 4 | x = 3 or x = 4
        x = 4 | x = 4, x = 3
        y = 2x+1 | y = 2x - 1
        y = 2x+1 | y = x + 2
        y = 2x+1 | x = 2y + 1
        y = 2x+1 | 2x + 2
        y = 2x+1 | y=48271x+9 \text{ or } y=2x+1
        y = 2x+1 | g(x) = 3x+1
        y = 2x+1 | 2x + y + 1 = 0
        3x+4y=12 | 3x+4y=13
        3x+4y=12 | 4x+3y=12
        3x+4y=12 | 12
        3y + w = 4 | 4
        xy = 12 | 12
        x+y=5 | 5
        x^2+y^2=25 | x^2+y^2=5
        x^2+y^2=25 | x^2-y^2=25
        x^2+y^2=25 | y = \sqrt{25-x^2}
        (x-1)^2+(y+2)^2=9 | (x+1)^2+(y-2)^2=9
        y = \sqrt{x} | y^2 = x
        y^2 = x | y = \sqrt{x}
        PV = nRT | P = nRTV
        PV = nRT | V = \frac{P}{nRT}
        E = mc^2 | E = mc
        V = IR | V = I/R
        V = IR | I = R/V
        F = ma | F = Ma
        F = ma | f = ma
        y' = 2xy | y'' = 2xy
        y' = 2xy | y' = 2x
        y'' + 4y = 0 | y'' - 4y = 0
        \frac{dy}{dt} = ky | \frac{dy}{dt} = -ky
        \frac{dy}{dx} = 2x | \frac{dy}{dt} = 2x
        y = Ce^{2x} | y = e^{2x}
        y = Ce^{2x} | y = Ce^{3x}
        x^2 - y^2 = C | x^2 + y^2 = C
        y^2 = x^2 + C | y^2 = x^3 + C
        y = \ln|x| + C | y = \ln|x|
        \lim_{x\to 0} f(x) = 5 | 4
        AB = 5 | CD = 5
        \angle A = 50^\circ | \angle B = 50^\circ
        \frac{AE}{EC} = \frac{3}{5} | \frac{5}{3}
        \text{Area} = 25\pi | \text{Perimeter} = 25\pi
        |z| = 5 | z = 5
        |z| = 5 | -5
        P(X > 2) = 0.3 | 0.7
        a_n = 3n-1 | a_n = 3n+1
        a_n = 3n-1 | b_n = 3n-1
        x_1 = 5 | x_2 = 5
        f(x) = x^2 | f'(x) = x^2
        f(x) = x^2 | g(x) = x^2
        f(2) = 5 | f(3) = 5
        f^{-1}(x) = \frac{x-5}{2} | f(x) = \frac{x-5}{2}
        f^{-1}(x) = \frac{x-5}{2} | \frac{2}{x-5}
        v = 20\ \mathrm{m/s} | 20 km/h
        v = 20\ \mathrm{m/s} | v = 20\ \mathrm{m/s^2}
        v = 20\ \mathrm{m/s} | v = 25\ \mathrm{m/s}
        z = 3+4i | z = 3-4i
        z = 3+4i | w = 3+4i
        \hat{y} = 12.5+0.8x | \hat{y} = 0.8+12.5x
        y = -\frac34x+6 | y = \frac34 x + 6
        x = \frac53 | x = 1.67
        x = \frac53 | \frac35
        x^2 = xy | x = y
        y = \frac{x+1}{x-1} | y = \frac{x-1}{x+1}
        r = 2\sin\theta | r = 2\cos\theta
        \vec{F} = q\vec{v}\times\vec{B} | \vec{F} = q\vec{B}\times\vec{v}
        x \equiv 3 \pmod{7} | x \equiv 4 \pmod 7
        x \equiv 3 \pmod{7} | x \equiv 3 \pmod 5
        x \equiv 3 \pmod{7} | x = 3
        \sin\theta = \frac35 | \cos\theta = \frac35
        \frac{1}{f} = \frac{1}{d_o}+\frac{1}{d_i} | f = d_o + d_i
        x = 2, y = 3 | x = 3, y = 2
        3x - y + 13 = 0 | 3x + 4y + 14 = 0
        y = 2x | y = 3x
        x=2 or x=-3 | x=2
        x^2 + y^2 = 4 | x^2 + y^2 = 2
    """,
    "complex": r"""
        3+4i | 3-4i
        3+4i | 4+3i
        3+4i | -3+4i
        3+4i | 5
        3+4i | 7
        3+4i | 3+4
        3+4i | 3, 4
        3+4i | (3,4)
        3+4i | 3+4k
        3+4i | 3+4i or 3-4i
        3+4i | 3 \pm 4i
        3+4i | i
        i | 1
        i | -i
        i | j or k
        -1 | e^{i\pi/2}
        2i | (1-i)^2
        2i | 2
        5\angle 53.13^\circ | 5\angle 36.87^\circ
        5\angle 53.13^\circ | 4\angle 53.13^\circ
        5\angle 53.13^\circ | 4+3j
        10\angle -30^\circ | 10\angle 30^\circ
        10\angle -30^\circ | 5-5\sqrt3 j
        2e^{i\pi/4} | 2e^{-i\pi/4}
        2e^{i\pi/4} | 2e^{i\pi/3}
        2e^{i\pi/4} | 2+2i
        1.41+1.41i | 1.41+1.42i
        1.41+1.41i | 1.4+1.4i
        \sqrt{2}+i\sqrt{2} | 1.41+1.41i
        \sqrt{2}+i\sqrt{2} | 1.415+1.414i
        \frac{3}{25} - \frac{4}{25}i | \frac{3+4i}{25}
        \frac{3}{25} - \frac{4}{25}i | \frac{1}{3-4i}
        (2-1.5j)\text{ k}\Omega | 2-1.5j Ω
        (2-1.5j)\text{ k}\Omega | (2-1.5j)\text{ kV}
        50+30j\ \Omega | 30+50j\ \Omega
        3i | \sqrt{9}
        3i | -\sqrt{-9}
        5-12i | 5+12i
        a+bi | a-bi
        -8i | 8e^{i\pi/2}
        \pm 2i | 2i
        \pm 2i | \pm 2
        2\pm 3i | 3 \pm 2i
        2\pm 3i | 2+3i
        2\pm 3i | 2+3i, 2+3i
        4+4\sqrt{3}i | 8\operatorname{cis}\frac{\pi}{6}
        4+4\sqrt3 i | 8\operatorname{cis}(30^\circ)
        \frac{1+i}{\sqrt2} | \frac{1-i}{\sqrt2}
        1+2i | 1+2
        0.6+0.8i | 0.8+0.6i
        -i | i
        1.41 + 1.41i | 1.41 + 1.42i
    """,
}

GENERAL_SOLUTION = "Find the general solution of the differential equation."
WITH_QUESTION = [
    # gold, answer, question, outcome: what is an arbitrary constant, the question says.
    ("C e^{x^2}", "K e^{x^2}", GENERAL_SOLUTION, "correct"),
    ("C e^{x^2}", "3C e^{x^2}", GENERAL_SOLUTION, "correct"),
    ("C e^{x^2}", "K e^{x^2}", "What is the charge on the plate?", "incorrect"),
    (r"A\cos x + B\sin x", r"B\cos x + A\sin x", GENERAL_SOLUTION, "correct"),
    (r"A\cos x + B\sin x", r"A\cos x - B\sin x", GENERAL_SOLUTION, "correct"),
    (r"A\cos x + B\sin x", r"A\cos x + A\sin x", GENERAL_SOLUTION, "incorrect"),
    (r"A\cos x + B\sin x", r"A\cos x + B\sin 2x", GENERAL_SOLUTION, "incorrect"),
    ("y = C e^{-2x} + x", "y = x + A e^{-2x}", GENERAL_SOLUTION, "correct"),
    ("y = C e^{-2x} + x", "y = 2x + A e^{-2x}", GENERAL_SOLUTION, "incorrect"),
]


@pytest.mark.parametrize(("gold", "answer"), pairs(AGREE))
def test_agrees(gold: str, answer: str) -> None:
    assert outcome_of(gold, answer) == "correct"


@pytest.mark.parametrize(("gold", "answer"), pairs(DIFFER))
def test_differs(gold: str, answer: str) -> None:
    assert outcome_of(gold, answer) == "incorrect"


@pytest.mark.parametrize(("gold", "answer", "question", "expected"), WITH_QUESTION)
def test_the_question_tells_which_constants_are_arbitrary(gold: str, answer: str, question: str, expected: str) -> None:
    assert decide(gold, answer, question=question).outcome == expected
